package org.gpuq.cli.tsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gpuq.cli.tsp.JobOptions.Parent;
import org.gpuq.core.model.RawBytes;
import org.junit.jupiter.api.Test;

/** How words are read; that task-spooler reads them so is for the suite that runs both. */
final class GetoptTest {
    private static List<RawBytes> words(String... words) {
        return Arrays.stream(words).map(RawBytes::utf8).toList();
    }

    private static Told told(String... words) throws TspException {
        return Getopt.read(words(words)).orElseThrow();
    }

    @Test
    void withoutWordsTheListIsMeant() throws TspException {
        assertThat(told()).isEqualTo(new Told(Action.LIST, Optional.empty(), JobOptions.DEFAULT, List.of()));
        assertThat(told().submits()).isFalse();
    }

    @Test
    void optionsEndAtTheFirstWordThatIsNone() throws TspException {
        Told told = told("-f", "python", "-L", "x");
        assertThat(told.words()).isEqualTo(words("python", "-L", "x"));
        assertThat(told.job().foreground()).isTrue();
        assertThat(told.job().label()).isEmpty();
        assertThat(told("--", "-f").words()).isEqualTo(words("-f"));
        assertThat(told("-", "x").words()).isEqualTo(words("-", "x"));
    }

    @Test
    void lettersShareAWordAndAnArgumentIsItsRestOrTheNextWord() throws TspException {
        JobOptions job = told("-nfgmEBdLone", "-N", "2", "-G3", "x").job();
        assertThat(job)
                .isEqualTo(new JobOptions(
                        false,
                        true,
                        true,
                        true,
                        true,
                        false,
                        new Parent.Latest(),
                        Optional.of(RawBytes.utf8("one")),
                        Optional.of("2"),
                        Optional.of("3")));
    }

    @Test
    void theLastActionAndTheLastOfAnOptionCount() throws TspException {
        assertThat(told("-s3", "-w", "4").action()).isEqualTo(Action.WAIT);
        assertThat(told("-s3", "-w", "4").argument()).contains("4");
        assertThat(told("-w", "4", "-C").argument()).isEmpty();
        assertThat(told("-d", "-D", "7", "x").job().follows()).isEqualTo(new Parent.Named("7"));
        assertThat(told("-L", "a", "-L", "b", "x").job().label()).contains(RawBytes.utf8("b"));
    }

    @Test
    void anIdMayBeLeftOutAtTheEndOnly() throws TspException {
        assertThat(told("-c").argument()).isEmpty();
        assertThat(told("-c", "-l").argument()).contains("-l");
        assertThatThrownBy(() -> told("-U")).hasMessage("Option U missing argument.");
        assertThatThrownBy(() -> told("-fL")).hasMessage("Option L missing argument.");
    }

    @Test
    void gpusAreAskedForInBothSpellings() throws TspException {
        assertThat(told("--gpu", "python").job().gpus()).contains("1");
        assertThat(told("--gpu", "python").words()).isEqualTo(words("python"));
        assertThat(told("--gpu", "2", "python").job().gpus()).contains("2");
        assertThat(told("-n", "--gpu=4", "python").job().gpus()).contains("4");
        assertThat(told("-G", "4", "python").job().gpus()).contains("4");
    }

    @Test
    void wordsAreBytes() throws TspException {
        List<RawBytes> odd = List.of(RawBytes.of(new byte[] {'-', 'L', (byte) 0xff}), RawBytes.of(new byte[] {-2}));
        Told told = Getopt.read(odd).orElseThrow();
        assertThat(told.job().label()).contains(RawBytes.of(new byte[] {(byte) 0xff}));
        assertThat(told.words()).containsExactly(RawBytes.of(new byte[] {-2}));
    }

    @Test
    void aLongOptionOfTheVerbsIsForThem() throws TspException {
        assertThat(Getopt.read(words("--json"))).isEmpty();
        assertThat(Getopt.read(words("-G", "2", "--name", "x", "true"))).isEmpty();
        assertThat(Getopt.read(words("true", "--json"))).isPresent();
    }

    @Test
    void aWrongLetterIsNamed() {
        assertThatThrownBy(() -> told("-lz", "true")).hasMessage("Wrong option z.");
    }
}
