/** Who may know whom, checked on the compiled classes; {@code planted} breaks each rule once. */
@NullMarked
package org.gpuq.architecture;

import org.jspecify.annotations.NullMarked;
