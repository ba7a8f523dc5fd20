package org.gpuq.architecture.planted.cli.command;

import org.gpuq.architecture.planted.daemon.journal.Kept;

record ReadsTheJournal(Kept kept) {}
