package org.gpuq.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RawBytesTest {
    @Test
    void everyByteComesBackExactly() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        assertThat(RawBytes.of(all).bytes()).isEqualTo(all);
        assertThat(RawBytes.of(all)).isEqualTo(RawBytes.of(all.clone())).hasSameHashCodeAs(RawBytes.of(all));
        assertThat(RawBytes.of(all).length()).isEqualTo(256);
    }

    @Test
    void textIsUtf8WithAMarkWhereItIsNot() {
        assertThat(RawBytes.utf8("größer →").text()).isEqualTo("größer →");
        assertThat(RawBytes.of(new byte[] {'a', (byte) 0xff, 'b'}).text()).isEqualTo("a\ufffdb");
        assertThat(RawBytes.utf8("ö").length()).isEqualTo(2);
        assertThat(RawBytes.utf8("").isEmpty()).isTrue();
    }

    @Test
    void refusesWhatIsNoByte() {
        assertThatThrownBy(() -> new RawBytes("→")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tokensComeBackFromTheirText() {
        Token token = new Token(-1, 7);

        assertThat(token).hasToString("ffffffffffffffff0000000000000007");
        assertThat(Token.parse(token.toString())).isEqualTo(token);
        assertThatThrownBy(() -> Token.parse("ff")).isInstanceOf(IllegalArgumentException.class);
    }
}
