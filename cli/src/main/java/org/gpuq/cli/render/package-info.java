/** What people and scripts read: tables, plain lines and JSON made of the queue's values. Pure; nothing here asks the daemon. */
@NullMarked
package org.gpuq.cli.render;

import org.jspecify.annotations.NullMarked;
