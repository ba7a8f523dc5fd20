package org.gpuq.architecture.planted.daemon.metrics;

import org.gpuq.architecture.planted.daemon.journal.Kept;
import org.gpuq.architecture.planted.nvml.Library;

record ReadsTheJournal(Kept kept, Library library) {}
