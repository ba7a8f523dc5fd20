package org.gpuq.cli.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Stack;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.Resources;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** How many GPUs: {@code --gpu} alone takes one, a number right behind it is the number. */
public final class GpuCount {
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern PART = Pattern.compile("1/([0-9]{1,3})");
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

    private GpuCount() {}

    static Resources parse(String text) throws RefusedException {
        Matcher part = PART.matcher(text);
        if (part.matches()) {
            return part(text, Integer.parseInt(part.group(1)));
        }
        if (!NUMBER.matcher(text).matches()) {
            throw Usage.wrong(
                    "--gpu takes a number of GPUs, not '" + Usage.text(text) + "'",
                    "write --gpu=2, or put -- before a command of that name; variables are set with: env NAME=VALUE COMMAND");
        }
        if (text.startsWith("-") || text.chars().allMatch(c -> c == '0' || c == '+')) {
            throw Usage.wrong(
                    "--gpu " + text + " asks for no GPU: the least is 1", "leave --gpu out for a job without GPUs");
        }
        String digits = text.replaceFirst("^\\+?0*", "");
        if (digits.length() > 4 || Integer.parseInt(digits) > Resources.MAX_GPUS) {
            throw new RefusedException(new Refusal(
                    Kind.FAILED,
                    "the job asks for " + digits + " GPUs, and no machine has more than " + Resources.MAX_GPUS,
                    "'q gpu' lists the GPUs of this one"));
        }
        return new Resources(Integer.parseInt(digits));
    }

    private static Resources part(String text, int of) throws RefusedException {
        if (of == 1) {
            return new Resources(1);
        }
        if (of < 1 || of > GpuWant.MOST_PARTS) {
            throw Usage.wrong(
                    "--gpu " + text + " is no part of a GPU: 1/2 to 1/" + GpuWant.MOST_PARTS + " are",
                    "--gpu 1/3 takes a third");
        }
        GpuWant want =
                new GpuWant(OptionalLong.empty(), Optional.empty(), List.of(), Optional.of(new GpuWant.Share.Part(of)));
        return new Resources(1, 0, want);
    }

    /**
     * Whether a word right behind {@code --gpu} says how many. An assignment would be no program either: it is taken, and
     * then refused with a better sentence.
     */
    public static boolean belongs(String word) {
        return NUMBER.matcher(word).matches()
                || PART.matcher(word).matches()
                || ASSIGNMENT.matcher(word).matches();
    }

    /** Takes the word behind {@code --gpu} only when it is a number. */
    static final class OneUnlessSaid implements IParameterPreprocessor {
        @Override
        @SuppressWarnings("JdkObsolete") // picocli's interface has a Stack
        public boolean preprocess(Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            if ("=".equals(info.get("separator"))) {
                return false;
            }
            boolean said = !words.isEmpty() && belongs(words.peek());
            option.setValue(said ? words.pop() : "1");
            return true;
        }
    }
}
