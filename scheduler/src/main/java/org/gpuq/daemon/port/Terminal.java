package org.gpuq.daemon.port;

/**
 * What the caller's three standard streams are.
 *
 * @param stdin whether standard input is a terminal
 * @param stdout whether standard output is a terminal
 * @param stderr whether standard error is a terminal
 * @param columns the terminal's width in characters; 0 when unknown
 * @param rows the terminal's height in lines; 0 when unknown
 */
public record Terminal(boolean stdin, boolean stdout, boolean stderr, int columns, int rows) {}
