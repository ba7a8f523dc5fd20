/* -K where no daemon runs: the queue is forgotten all the same, and no daemon is started for that. */
#ifndef GPUQ_END_H
#define GPUQ_END_H

#include <stdbool.h>

#include "where.h"

/* Whether the words are -K and nothing else that counts: the wrapper of task-spooler puts a label before it. */
bool ends_the_queue(char **words);

/* Has the next daemon forget the queue that it finds. False when one is about to answer: it is to be asked itself. */
bool end_without_daemon(const struct place *place);

#endif
