package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeSet;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is killed, a job runs on, and its exact exit is told. */
class SurvivalTest {
    @TempDir
    Path directory;

    private QLaunch launch;

    @BeforeEach
    void open() throws IOException {
        launch = QLaunch.in(directory);
    }

    @AfterEach
    void close() throws IOException {
        launch.close();
    }

    /** Ends with 42 once the file {@code go} is there. */
    private Token startWaiting() {
        Token token = Jobs.start(launch, directory, "sh", "-c", "until [ -e go ]; do sleep 0.01; done; exit 42");
        launch.await(LaunchEvent.Started.class, token);
        return token;
    }

    private void go() throws IOException {
        Files.createFile(directory.resolve("go"));
    }

    private void expect42(Token token) {
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(42));
        launch.await(LaunchEvent.Empty.class, token);
        assertThat(launch.has(LaunchEvent.Gone.class, token)).isFalse();
    }

    private long supervisor(Token token) {
        long job = launch.await(LaunchEvent.Started.class, token).process().pid();
        return ProcessHandle.of(job).orElseThrow().parent().orElseThrow().pid();
    }

    @Test
    void aNewLauncherAdoptsARunningJob() throws IOException {
        Token token = startWaiting();
        launch.killHard();
        launch.restart();
        launch.link().adopt(token);
        launch.await(LaunchEvent.Started.class, token);
        go();
        expect42(token);
    }

    @Test
    void aNewLauncherTellsOfAnExitWhileThereWasNone() throws IOException {
        Token token = startWaiting();
        long supervisor = supervisor(token);
        launch.killHard();
        go();
        launch.await("end", () -> ProcessHandle.of(supervisor).isEmpty());
        launch.restart();
        launch.link().adopt(token);
        expect42(token);
    }

    @Test
    void anAdoptedJobCanBeSignalled() throws IOException {
        Token token = startWaiting();
        launch.killHard();
        launch.restart();
        launch.link().adopt(token);
        launch.await(LaunchEvent.Started.class, token);
        launch.link().signal(token, 15);
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Killed(15, false));
    }

    @Test
    void aNewDaemonIsStartedAndAsksForItsJobs() throws IOException {
        Token running = startWaiting();
        QLaunch.signal("KILL", launch.daemonPid());
        launch.connect();
        launch.link().adopt(running);
        launch.await(LaunchEvent.Started.class, running);
        QLaunch.signal("KILL", launch.daemonPid());
        go();
        launch.connect();
        launch.link().adopt(running);
        expect42(running);
    }

    @Test
    void aJobWhoseSupervisorIsKilledIsWaitedForByTheLauncher() throws IOException {
        Token token = startWaiting();
        QLaunch.signal("KILL", supervisor(token));
        launch.link().adopt(token);
        go();
        expect42(token);
    }

    @Test
    void aJobThatNobodyWaitedForIsGoneAndEmptyWhenItsProcessesAre() throws IOException {
        Token token = startWaiting();
        long supervisor = supervisor(token);
        launch.killHard();
        QLaunch.signal("KILL", supervisor);
        launch.restart();
        launch.link().adopt(token);
        launch.await(LaunchEvent.Gone.class, token);
        assertThat(launch.has(LaunchEvent.Empty.class, token)).isFalse();
        go();
        launch.await(LaunchEvent.Empty.class, token);
    }

    @Test
    void aTokenNobodyKnowsIsGone() {
        Token token = QLaunch.token();
        launch.link().adopt(token);
        launch.await(LaunchEvent.Gone.class, token);
    }

    private boolean neverRan(Token token) {
        return launch.has(LaunchEvent.Gone.class, token) || launch.has(LaunchEvent.NotStarted.class, token);
    }

    /** q-launch dies somewhere among a hundred starts: each job ran once and is told of, or never ran. */
    @Test
    void noStartIsLostOrDoubled() throws IOException {
        var tokens = new ArrayList<Token>();
        for (int i = 0; i < 100; i++) {
            JobSpec spec = Jobs.command(directory, "sh", "-c", "echo " + i + " >> ran; exit " + i);
            tokens.add(Jobs.into(launch, directory.resolve("out" + i), spec));
        }
        launch.await(LaunchEvent.Started.class, tokens.get(10));
        launch.killHard();
        launch.restart();
        tokens.forEach(token -> launch.link().adopt(token));
        var ran = new TreeSet<String>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            launch.await("end of " + i, () -> launch.has(LaunchEvent.Empty.class, token) || neverRan(token));
            if (!neverRan(token)) {
                assertThat(launch.await(LaunchEvent.Exited.class, token).status())
                        .isEqualTo(new ExitStatus.Exited(i));
                ran.add(Integer.toString(i));
            }
        }
        assertThat(Files.readAllLines(directory.resolve("ran"))).containsExactlyInAnyOrderElementsOf(ran);
    }
}
