/**
 * The journal in SQLite: every event, folded now and then into one row a job. The JSON in it is written by hand rather
 * than bound by reflection: that costs some lines, and saves a third of a second at every start.
 */
@NullMarked
package org.gpuq.daemon.journal;

import org.jspecify.annotations.NullMarked;
