package org.gpuq.daemon.metrics;

import java.net.InetSocketAddress;
import java.net.URI;

/** How it stands with the metrics' endpoint. */
public sealed interface MetricsStatus {
    /** It is turned off. */
    record Off() implements MetricsStatus {}

    /** It comes up in a moment. */
    record Starting() implements MetricsStatus {}

    /** It answers. */
    record Serving(InetSocketAddress address) implements MetricsStatus {
        public URI uri() {
            return URI.create(
                    "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + MetricsServer.PATH);
        }
    }

    /**
     * It could not come up; everything else goes on.
     *
     * @param reason what and why, and what to do: sentences without the last full stop
     */
    record Unavailable(String reason) implements MetricsStatus {}

    /** The daemon is going. */
    record Closed() implements MetricsStatus {}
}
