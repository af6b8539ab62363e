/* A ring whose sides park: the code of src/Engine/Rings (RingCore, ConsumerCore, Waits, Bell) for the model checker Spin.
 *
 * Memory is that of x86 (total store order): a thread's stores wait in its buffer, it reads its own there, and they reach memory one by one, in
 * order, at any time. The waiter announces itself and pays a barrier for both sides; the other side stores and then looks for the announcement,
 * without a fence. What is proven for the bounds below: every item arrives once, whole and in order, nobody overwrites a slot that is
 * read, and no interleaving leaves a thread asleep (an "invalid end state").
 *
 * Planted mistakes, each of which Spin must find:
 *   NO_FENCE     the waiter announces itself without the barrier
 *   NO_LOOK      the waiter does not look again between the announcement and the sleep
 *   CLEAR_LATE   the bell counts its round before it clears the announcement
 *   PUBLISH_FIRST  a slot is published before it is filled
 */
#ifndef SLOTS
#define SLOTS 1
#endif
#ifndef ITEMS
#define ITEMS 3
#endif
#define BUFFER 3 /* stores a thread can have on their way */

#define PRODUCER 0
#define CONSUMER 1

/* The places that both threads see. A bell is its announcement and its round: ITEM_BELL + ARMED, SLOT_BELL + ROUND. */
#define PUBLISHED 0
#define TAKEN 1
#define COMPLETED 2
#define ITEM_BELL 3
#define SLOT_BELL 5
#define ARMED 0
#define ROUND 1
#define SLOT 7

byte memory[SLOT + SLOTS];

/* The store buffers: thread t's are place[t * BUFFER ..], the oldest first. */
byte place[2 * BUFFER];
byte value[2 * BUFFER];
byte stores[2];

/* Who sleeps: each thread at its own bell, which the other rings. */
bool asleep[2];

inline store(me, where, what)
{
  atomic {
    stores[me] < BUFFER;
    place[me * BUFFER + stores[me]] = where;
    value[me * BUFFER + stores[me]] = what;
    stores[me]++
  }
}

inline load(me, where, target)
{
  d_step {
    target = memory[where];
    i = 0;
    do
    :: i < stores[me] ->
       if
       :: place[me * BUFFER + i] == where -> target = value[me * BUFFER + i]
       :: else
       fi;
       i++
    :: else -> break
    od;
    i = 0
  }
}

inline fence(me) { stores[me] == 0 }

/* Every thread's buffer is empty at some moment between the beginning and the end (membarrier, FlushProcessWriteBuffers). */
inline barrier_everywhere(me)
{
  fence(me);
  fence(1 - me);
  fence(me)
}

/* Counted up by an instruction that first empties the thread's own buffer (lock xadd): no buffer ever holds a round. */
inline next_round(me, bell) { atomic { fence(me) -> memory[bell + ROUND]++ } }

inline ring_bell(me, bell)
{
#ifdef CLEAR_LATE
  next_round(me, bell);
  store(me, bell + ARMED, 0);
  fence(me);
#else
  store(me, bell + ARMED, 0);
  next_round(me, bell);
#endif
  asleep[1 - me] = false
}

inline ring_if_armed(me, bell)
{
  load(me, bell + ARMED, r);
  if
  :: r != 0 -> ring_bell(me, bell)
  :: else
  fi
}

inline arm(me, bell)
{
  load(me, bell + ROUND, round);
  store(me, bell + ARMED, 1);
#ifndef NO_FENCE
  barrier_everywhere(me)
#endif
}

/* The system looks at the round and puts the thread to sleep in one step (futex). */
inline sleep(me, bell)
{
  fence(me);
  do
  :: atomic { memory[bell + ROUND] == round -> asleep[me] = true };
     !asleep[me]
  :: memory[bell + ROUND] != round -> break
  od
}

/* Waits until a slot is free; the other side's position is read again only when the one seen does not suffice. */
inline look_for_slot(me)
{
  if
  :: next + 1 - seen <= SLOTS
  :: else -> load(me, TAKEN, seen)
  fi
}

/* go: an item is there; over: it will not come. The completion is read before the position. */
inline look_for_item(me)
{
  load(me, COMPLETED, over);
  if
  :: next < seen
  :: else -> load(me, PUBLISHED, seen)
  fi
}

active proctype producer()
{
  byte i, r, round, next, seen;
  do
  :: next < ITEMS ->
     do
     :: true ->
        look_for_slot(PRODUCER);
        if
        :: next + 1 - seen <= SLOTS -> break
        :: else
        fi;
        arm(PRODUCER, SLOT_BELL);
#ifndef NO_LOOK
        look_for_slot(PRODUCER);
#endif
        if
        :: next + 1 - seen <= SLOTS
        :: else -> sleep(PRODUCER, SLOT_BELL)
        fi
     od;
#ifdef PUBLISH_FIRST
     store(PRODUCER, PUBLISHED, next + 1);
     store(PRODUCER, SLOT + next % SLOTS, next + 1);
#else
     store(PRODUCER, SLOT + next % SLOTS, next + 1);
     store(PRODUCER, PUBLISHED, next + 1);
#endif
     next++;
     ring_if_armed(PRODUCER, ITEM_BELL)
  :: else -> break
  od;
  store(PRODUCER, COMPLETED, 1);
  ring_bell(PRODUCER, ITEM_BELL)
}

active proctype consumer()
{
  byte i, r, round, next, seen, over;
  do
  :: true ->
     look_for_item(CONSUMER);
     if
     :: next < seen ->
        load(CONSUMER, SLOT + next % SLOTS, r);
        assert(r == next + 1);
        next++;
        store(CONSUMER, TAKEN, next);
        ring_if_armed(CONSUMER, SLOT_BELL)
     :: next == seen && over -> break
     :: next == seen && !over ->
        arm(CONSUMER, ITEM_BELL);
#ifndef NO_LOOK
        look_for_item(CONSUMER);
#endif
        if
        :: next == seen && !over -> sleep(CONSUMER, ITEM_BELL)
        :: else
        fi
     fi
  od;
  assert(next == ITEMS)
}

/* The hardware moves the oldest store of a thread to memory whenever it likes. */
active [2] proctype hardware()
{
  byte i;
end:
  do
  :: d_step {
       stores[_pid - 2] > 0 ->
       memory[place[(_pid - 2) * BUFFER]] = value[(_pid - 2) * BUFFER];
       stores[_pid - 2]--;
       i = 0;
       do
       :: i < stores[_pid - 2] ->
          place[(_pid - 2) * BUFFER + i] = place[(_pid - 2) * BUFFER + i + 1];
          value[(_pid - 2) * BUFFER + i] = value[(_pid - 2) * BUFFER + i + 1];
          i++
       :: else -> break
       od;
       place[(_pid - 2) * BUFFER + i] = 0;
       value[(_pid - 2) * BUFFER + i] = 0;
       i = 0
     }
  od
}
