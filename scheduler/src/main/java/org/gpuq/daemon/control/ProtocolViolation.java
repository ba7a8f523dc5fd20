package org.gpuq.daemon.control;

/** A client sent what docs/protocol.md does not know. It ends that connection. */
final class ProtocolViolation extends Exception {

    ProtocolViolation(String what) {
        super(what);
    }
}
