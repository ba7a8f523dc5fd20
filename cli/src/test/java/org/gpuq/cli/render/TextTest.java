package org.gpuq.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Random;
import org.gpuq.core.model.RawBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small pieces that all output is made of. */
final class TextTest {
    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "12,12ms",
        "999,999ms",
        "1000,1s",
        "59999,59s",
        "60000,1m00s",
        "192000,3m12s",
        "3599000,59m59s",
        "7500000,2h05m",
        "273600000,3d04h",
        "-5,0s",
        "-5000,0s"
    })
    void durations(long millis, String text) {
        assertThat(Humane.duration(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void utcIsWhatTheLibrarySays() {
        DateTimeFormatter expected =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            Instant at = Instant.ofEpochMilli(random.nextLong(-60_000_000_000_000L, 250_000_000_000_000L));
            assertThat(Times.utc(at)).isEqualTo(expected.format(at));
        }
    }

    @Test
    void widthsAreCells() {
        assertThat(Text.width("abc")).isEqualTo(3);
        assertThat(Text.width("漢字")).isEqualTo(4);
        assertThat(Text.width("e\u0301")).isEqualTo(1);
        assertThat(Text.width("🚀")).isEqualTo(2);
        assertThat(Text.fit("漢字漢字", 5)).isEqualTo("漢字…");
        assertThat(Text.fit("漢字漢字", 6)).isEqualTo("漢字…");
        assertThat(Text.fit("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Text.fit("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Text.fit("abc", 0)).isEmpty();
        assertThat(Text.fit("abc", 1)).isEqualTo("…");
    }

    @Test
    void commandsCanBeTypedAgain() {
        assertThat(Shell.line(words("python", "a b.py", "", "it's", "x=1", "$HOME")))
                .isEqualTo("python 'a b.py' '' 'it'\\''s' x=1 '$HOME'");
        assertThat(Shell.line(List.of(RawBytes.of(new byte[] {'a', (byte) 0xff}))))
                .isEqualTo("'a\ufffd'");
    }

    @Test
    void harmlessTextStaysAsItIs() {
        assertThat(Sanitize.text("Zürich 漢字 🚀 \u200d %n \\n")).isEqualTo("Zürich 漢字 🚀 \u200d %n \\n");
    }

    private static List<RawBytes> words(String... words) {
        return java.util.Arrays.stream(words).map(RawBytes::utf8).toList();
    }
}
