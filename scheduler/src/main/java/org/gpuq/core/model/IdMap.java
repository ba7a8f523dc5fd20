package org.gpuq.core.model;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from small non-negative numbers to values, in ascending order of the numbers. A change returns a new
 * map that shares all but one path with the old one, so a published state stays as it is while the next one grows.
 * Get, put, remove and first take a handful of steps at any size (a trie, 32 branches a level).
 */
public final class IdMap<V> implements Iterable<V> {
    private static final int BITS = 5;
    private static final int WIDTH = 1 << BITS;
    private static final int MASK = WIDTH - 1;

    private static final IdMap<?> EMPTY = new IdMap<>(null, 0, 0, UnaryOperator.identity());

    /** Holds nodes above shift 0 and values at shift 0; never changed once it is reachable. */
    private static final class Node {
        private final @Nullable Object[] slots;
        private final int used;

        Node(@Nullable Object[] slots, int used) {
            this.slots = slots;
            this.used = used;
        }
    }

    private final @Nullable Node root;
    private final int shift;
    private final int size;
    private final UnaryOperator<V> lens;

    private IdMap(@Nullable Node root, int shift, int size, UnaryOperator<V> lens) {
        this.root = root;
        this.shift = shift;
        this.size = size;
        this.lens = lens;
    }

    @SuppressWarnings("unchecked")
    public static <V> IdMap<V> empty() {
        return (IdMap<V>) EMPTY;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public boolean contains(int id) {
        return find(id) != null;
    }

    public Optional<V> get(int id) {
        return Optional.ofNullable(find(id)).map(lens);
    }

    /** The same values as {@code how} shows them, to be looked at: it is asked only for those that somebody looks at. */
    public IdMap<V> seenThrough(UnaryOperator<V> how) {
        return new IdMap<>(root, shift, size, value -> how.apply(lens.apply(value)));
    }

    @SuppressWarnings("unchecked")
    private @Nullable V find(int id) {
        if (root == null || id < 0 || (id >>> shift) >= WIDTH) {
            return null;
        }
        Node node = root;
        for (int level = shift; level > 0; level -= BITS) {
            Node next = (Node) node.slots[(id >>> level) & MASK];
            if (next == null) {
                return null;
            }
            node = next;
        }
        return (V) node.slots[id & MASK];
    }

    /** This map with {@code value} at {@code id}, in place of whatever was there. */
    public IdMap<V> with(int id, V value) {
        if (id < 0) {
            throw new IllegalArgumentException("negative key " + id);
        }
        Node top = root;
        int level = shift;
        while ((id >>> level) >= WIDTH) {
            if (top != null) {
                @Nullable Object[] slots = new @Nullable Object[WIDTH];
                slots[0] = top;
                top = new Node(slots, 1);
            }
            level += BITS;
        }
        boolean fresh = find(id) == null;
        return new IdMap<>(put(top, level, id, value), level, fresh ? size + 1 : size, lens);
    }

    private static Node put(@Nullable Node node, int level, int id, Object value) {
        int slot = (id >>> level) & MASK;
        @Nullable Object[] slots = node == null ? new @Nullable Object[WIDTH] : node.slots.clone();
        boolean taken = slots[slot] != null;
        slots[slot] = level == 0 ? value : put((Node) slots[slot], level - BITS, id, value);
        int used = node == null ? 0 : node.used;
        return new Node(slots, taken ? used : used + 1);
    }

    /** This map without {@code id}; the same map when nothing is there. */
    public IdMap<V> without(int id) {
        if (root == null || find(id) == null) {
            return this;
        }
        Node left = remove(root, shift, id);
        return left == null ? empty() : new IdMap<>(left, shift, size - 1, lens);
    }

    private static @Nullable Node remove(Node node, int level, int id) {
        int slot = (id >>> level) & MASK;
        @Nullable Object[] slots = node.slots.clone();
        Node branch = level == 0 ? null : (Node) slots[slot];
        slots[slot] = branch == null ? null : remove(branch, level - BITS, id);
        int used = slots[slot] == null ? node.used - 1 : node.used;
        return used == 0 ? null : new Node(slots, used);
    }

    /** The value with the smallest id. */
    public Optional<V> first() {
        Iterator<V> all = iterator();
        return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }

    /** Values in ascending order of their ids. */
    @Override
    public Iterator<V> iterator() {
        return new Ascending();
    }

    private final class Ascending implements Iterator<V> {
        private final @Nullable Node[] path = new @Nullable Node[shift / BITS + 1];
        private final int[] position = new int[path.length];
        private int depth = root == null ? -1 : 0;
        private int id = -1;
        private int nextId = -1;
        private @Nullable V next;

        Ascending() {
            path[0] = root;
            advance();
        }

        @SuppressWarnings("unchecked")
        private void advance() {
            next = null;
            while (depth >= 0) {
                Node node = path[depth];
                if (node == null || position[depth] == WIDTH) {
                    depth--;
                    continue;
                }
                Object slot = node.slots[position[depth]++];
                if (slot == null) {
                    continue;
                }
                if (depth == path.length - 1) {
                    next = (V) slot;
                    nextId = 0;
                    for (int taken : position) {
                        nextId = (nextId << BITS) | (taken - 1);
                    }
                    return;
                }
                depth++;
                path[depth] = (Node) slot;
                position[depth] = 0;
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public V next() {
            V found = next;
            if (found == null) {
                throw new NoSuchElementException();
            }
            id = nextId;
            advance();
            return lens.apply(found);
        }
    }

    /** The same values at the same ids. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof IdMap<?> that) || size != that.size) {
            return false;
        }
        IdMap<V>.Ascending mine = new Ascending();
        IdMap<?>.Ascending theirs = that.new Ascending();
        while (mine.hasNext()) {
            if (!mine.next().equals(theirs.next()) || mine.id != theirs.id) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        Ascending all = new Ascending();
        while (all.hasNext()) {
            hash = 31 * hash + all.next().hashCode();
            hash = 31 * hash + all.id;
        }
        return hash;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (V value : this) {
            text.append(text.length() == 1 ? "" : ", ").append(value);
        }
        return text.append(']').toString();
    }
}
