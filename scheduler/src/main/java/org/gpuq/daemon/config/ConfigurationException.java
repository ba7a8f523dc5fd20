package org.gpuq.daemon.config;

/** The configuration cannot be used. The message has a line for each thing that is wrong, for people. */
public final class ConfigurationException extends Exception {
    ConfigurationException(String message) {
        super(message);
    }
}
