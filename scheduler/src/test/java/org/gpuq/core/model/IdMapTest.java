package org.gpuq.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IdMapTest {
    @Test
    void behavesAsATreeMapDoes() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int bound = 1 << (1 + random.nextInt(30));
            TreeMap<Integer, String> model = new TreeMap<>();
            IdMap<String> map = IdMap.empty();
            List<Integer> known = new ArrayList<>(List.of(0));
            for (int step = 0; step < 150; step++) {
                boolean again = random.nextBoolean();
                int id = again ? known.get(random.nextInt(known.size())) : random.nextInt(bound);
                known.add(id);
                if (random.nextInt(3) == 0) {
                    map = map.without(id);
                    model.remove(id);
                } else {
                    map = map.with(id, "v" + step);
                    model.put(id, "v" + step);
                }
                assertThat(map.contains(id)).as("seed %d", seed).isEqualTo(model.containsKey(id));
                assertThat(map.get(id).orElse("none")).isEqualTo(model.getOrDefault(id, "none"));
                assertThat(map.size()).isEqualTo(model.size());
            }
            assertThat(map).as("seed %d", seed).containsExactlyElementsOf(model.values());
            assertThat(map.first()).isEqualTo(model.values().stream().findFirst());
        }
    }

    @Test
    void holdsTheLargestId() {
        IdMap<String> map =
                IdMap.<String>empty().with(Integer.MAX_VALUE, "last").with(0, "first");

        assertThat(map).containsExactly("first", "last");
        assertThat(map.get(Integer.MAX_VALUE)).contains("last");
        assertThat(map.without(Integer.MAX_VALUE).without(0).isEmpty()).isTrue();
    }

    @Test
    void isSeenThroughALensWhereverItIsLookedAt() {
        IdMap<String> plain = IdMap.<String>empty().with(1, "a").with(40, "b");

        IdMap<String> seen = plain.seenThrough(value -> value + "!").seenThrough(value -> value + "?");

        assertThat(seen).containsExactly("a!?", "b!?");
        assertThat(seen.get(40)).contains("b!?");
        assertThat(seen.first()).contains("a!?");
        assertThat(plain).containsExactly("a", "b");
    }

    @Test
    void leavesTheOldMapAsItWas() {
        IdMap<String> old = IdMap.<String>empty().with(3, "three");

        old.with(3, "other").with(4, "four").without(3);

        assertThat(old).containsExactly("three");
    }

    @Test
    void isEqualWhateverItsHistory() {
        IdMap<String> straight = IdMap.<String>empty().with(1, "a").with(40, "b");
        IdMap<String> detour = IdMap.<String>empty()
                .with(40, "x")
                .with(5000, "y")
                .with(40, "b")
                .with(1, "a")
                .without(5000);

        assertThat(detour).isEqualTo(straight).hasSameHashCodeAs(straight);
    }

    @Test
    void isNotEqualWhenTheSameValuesHaveOtherIds() {
        assertThat(IdMap.<String>empty().with(1, "a"))
                .isNotEqualTo(IdMap.<String>empty().with(2, "a"));
        assertThat(IdMap.<String>empty().with(1, "a").with(33, "b"))
                .isNotEqualTo(IdMap.<String>empty().with(1, "a").with(65, "b"));
    }

    @Test
    void refusesNegativeIdsAndFindsNothingThere() {
        IdMap<String> map = IdMap.<String>empty().with(31, "a");

        assertThatThrownBy(() -> map.with(-1, "b")).isInstanceOf(IllegalArgumentException.class);
        assertThat(map.get(-1)).isEmpty();
        assertThat(map.without(-1)).isSameAs(map);
        assertThat(map.get(31 + 32)).isEmpty();
    }

    @Test
    void iteratorEndsWithAnException() {
        assertThatThrownBy(() -> IdMap.empty().iterator().next()).isInstanceOf(NoSuchElementException.class);
    }
}
