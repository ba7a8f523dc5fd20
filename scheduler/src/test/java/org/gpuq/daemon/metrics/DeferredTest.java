package org.gpuq.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeferredTest {
    private final Deferred<List<Integer>> deferred = new Deferred<>();
    private final List<Integer> made = new ArrayList<>();

    @Test
    void early_uses_are_made_up_in_order_and_later_ones_at_once() {
        deferred.use(list -> list.add(1));
        deferred.use(list -> list.add(2));
        assertThat(made).isEmpty();

        deferred.made(made);
        assertThat(made).containsExactly(1, 2);

        deferred.use(list -> list.add(3));
        assertThat(made).containsExactly(1, 2, 3);
    }

    @Test
    void uses_of_what_will_never_be_are_dropped() {
        deferred.use(list -> list.add(1));
        deferred.abandon();
        deferred.use(list -> list.add(2));
        deferred.made(made);

        assertThat(made).isEmpty();
    }
}
