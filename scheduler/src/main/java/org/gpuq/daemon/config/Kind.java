package org.gpuq.daemon.config;

import java.util.function.Function;

/**
 * What a key's value may be, and how it is written.
 *
 * @param word the type in a word, for the reference
 * @param allowed what may be written, for people: it ends the sentence "must be …"
 * @param read makes a value of what TOML holds (String, Long, Double, Boolean or something else); an
 *     {@link IllegalArgumentException} says that it is not allowed
 * @param show the value as it would be written in the file
 */
public record Kind<T>(String word, String allowed, Function<Object, T> read, Function<T, String> show) {}
