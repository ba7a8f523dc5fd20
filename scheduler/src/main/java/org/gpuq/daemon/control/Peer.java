package org.gpuq.daemon.control;

import java.io.IOException;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketCredentials;

/** The process at the other end when it connected, from SO_PEERCRED. */
record Peer(int uid, int gid, int pid) {

    static Peer of(AFUNIXSocketChannel channel) throws IOException {
        AFUNIXSocketCredentials credentials = channel.getPeerCredentials();
        if (credentials == null || credentials.getUid() < 0) {
            throw new IOException("the kernel does not say who connected");
        }
        // uids are unsigned 32 bit numbers; as an int the same bits, and the kernel's -1 is nobody's
        return new Peer((int) credentials.getUid(), (int) credentials.getGid(), (int) credentials.getPid());
    }
}
