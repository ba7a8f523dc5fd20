package org.gpuq.daemon.port;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.RawBytes;

/**
 * The caller's {@code q}, as a command sees it. What is sent comes out in the order it was sent.
 *
 * <p>Thread-safe. The methods that send return when the bytes are on their way; they block their own thread alone while
 * the client is slow to take them, and a client that takes nothing for too long is dropped. To a client that is gone
 * they do nothing: {@link #gone} and {@link #onGone} tell.
 */
public interface Client {

    Caller caller();

    /** Prints bytes on the caller's standard output, as they are. */
    void out(byte[] bytes) throws InterruptedException;

    /** Prints bytes on the caller's standard error, as they are. */
    void err(byte[] bytes) throws InterruptedException;

    /**
     * Copies a file to the caller's standard output. The client opens it itself, so with the caller's rights; when it
     * cannot, it says so and {@link ForegroundEvent.FileFailed} comes.
     *
     * @param offset where to begin in bytes; negative: with the last {@code -offset} lines
     * @param follow whether to go on as the file grows, until {@link #endFile}
     */
    void showFile(RawBytes path, long offset, boolean follow) throws InterruptedException;

    /** Copies what is left of a followed file, then stops following it. */
    void endFile() throws InterruptedException;

    /** Runs a job in the caller's terminal; {@link #await} tells how it goes. At most one at a time. */
    void run(ForegroundOrder order) throws InterruptedException;

    /** Sends a signal to the foreground job's process. Nothing happens when there is none. */
    void signal(int number) throws InterruptedException;

    /**
     * Has the client run a command, with its own rights, environment and directory and nothing to read, and waits for the
     * output's end; {@link ForegroundEvent.Captured} comes, once. At most once a call.
     *
     * @param words the program, looked up in the client's PATH, and its arguments
     */
    void capture(List<RawBytes> words) throws InterruptedException;

    /**
     * What to ask the next daemon, should this one end before it has answered: the client waits for it, and makes its
     * call again with these words. To be said when that does no harm, such as before a wait; what is said later counts.
     */
    void retryAs(List<RawBytes> words) throws InterruptedException;

    /**
     * Asks for the same call once more, from a process that nobody waits for and that can run a job where the caller's
     * output goes. Nothing must have been done of this one, and nothing more is to be sent on it.
     */
    void detach() throws InterruptedException;

    /** Lets whoever waits for a call from the background go on, with the status 0. */
    void release() throws InterruptedException;

    /** Waits for the client's next report. */
    ForegroundEvent await() throws InterruptedException;

    /** Waits for the client's next report, at most for {@code limit}. */
    Optional<ForegroundEvent> await(Duration limit) throws InterruptedException;

    /** Whether the client has ended or was dropped. */
    boolean gone();

    /**
     * Calls {@code action} on a thread of its own once the client is gone, at once if it is. Not when the daemon ends
     * first: then the client may come to the next one.
     */
    void onGone(Runnable action);
}
