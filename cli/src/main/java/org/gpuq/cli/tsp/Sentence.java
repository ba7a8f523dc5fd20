package org.gpuq.cli.tsp;

/** Phrases made sentences. */
final class Sentence {
    private Sentence() {}

    /** @param phrase not empty */
    static String of(String phrase) {
        String sentence = Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1);
        return sentence.endsWith(".") ? sentence : sentence + ".";
    }
}
