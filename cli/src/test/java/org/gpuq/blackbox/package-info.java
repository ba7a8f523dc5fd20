/** The built product as a user meets it: the real q, q-launch and daemon, in a directory of their own. */
@NullMarked
package org.gpuq.blackbox;

import org.jspecify.annotations.NullMarked;
