"""Evaluate many conversations on one model context, in one thread that owns it.

Callers hand in jobs and read text from a job's queue. In each round the thread takes in what is new, lets `plan` share
out a batch, evaluates it, and passes on the tokens that came of it. It doesn't know chat templates.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Iterator, Sequence

from npc_engine.engines.base import Cancelled
from npc_engine.engines.llama_binding import MANY, Context, Row, Vocabulary
from npc_engine.engines.llama_job import Job, Stats
from npc_engine.engines.llama_pace import Speed
from npc_engine.engines.llama_plan import Limits, plan
from npc_engine.engines.llama_sampler import Sampler
from npc_engine.engines.sequences import Sequences
from npc_engine.errors import EngineUnavailable, NpcEngineError

_LONG_PROMPT = 8
"""Tokens of one prompt from which a batch is worth aborting. A token alone takes 17 ms: to ask 485 times on its way
whether it is still wanted costs each 1 to 3 %, and would save 10 ms when a reply is cancelled."""
_ABORT_POLL = 0.002
"""Seconds between two looks at whether a batch in progress is still wanted."""


class Scheduler:
    """Runs jobs until `close`."""

    def __init__(self, context: Context, vocabulary: Vocabulary, sequences: Sequences, limits: Limits) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._sequences = sequences
        self._limits = limits
        self._inbox: queue.SimpleQueue[Job | str | None] = queue.SimpleQueue()
        """Jobs to do, conversations to forget, None to end."""
        self._waiting: list[Job] = []
        self._active: dict[int, Job] = {}
        self._generating: dict[str, Job] = {}
        """The latest reply of each conversation, from its request until its reader has gone."""
        self._leaving: set[str] = set()
        """Conversations to forget when nothing uses them any more."""
        self._wanted = threading.Event()
        """Set while the inbox holds a reply to generate."""
        self._speed = Speed()
        self._threads = MANY
        self._numbers = itertools.count()
        self._ended = threading.Event()
        self._stats = Stats()
        self._evaluated = self._aborted = 0
        self._thread = threading.Thread(target=self._run, name="llama", daemon=True)
        self._thread.start()

    @property
    def stats(self) -> Stats:
        """A snapshot; when a job has ended, it is counted."""
        return self._stats

    def run(self, job: Job) -> Iterator[str]:
        """Queue a job, no larger than all memory, and yield its text. Raises EngineUnavailable."""
        conversation = job.request.conversation
        if job.generates:
            self._generating[conversation] = job
            self._wanted.set()
        self._inbox.put(job)
        if self._ended.is_set():  # nobody may read the inbox any more
            raise EngineUnavailable("the language model has ended; try again")
        try:
            while (piece := job.output.get()) is not None:
                if isinstance(piece, NpcEngineError):
                    raise piece
                yield piece
        finally:
            job.closed.set()
            if self._generating.get(conversation) is job:
                self._generating.pop(conversation, None)

    def pace(self, conversation: str, until: float) -> None:
        """The player has audio of the conversation's reply to hear until `until`, by `time.monotonic`."""
        job = self._generating.get(conversation)
        if job:
            job.pace.hear(until, job.spoken)

    def share(self, threads: int) -> None:
        """Use so many threads at the most, and one at least, from the next batch on."""
        self._threads = threads

    def forget(self, conversation: str) -> None:
        """Free what is held for a conversation, once nothing uses it."""
        self._inbox.put(conversation)

    def close(self) -> None:
        """End all jobs and the thread."""
        self._inbox.put(None)
        self._thread.join()

    # Everything below runs in the scheduler's thread.

    def _run(self) -> None:
        try:
            while self._take_in():
                self._drop_unwanted()
                self._forget_leaving()
                self._begin_waiting()
                self._evaluate_batch()
                self._note_stats()
        finally:
            self._ended.set()
            self._fail_everything()

    def _take_in(self) -> bool:
        """Read the inbox, waiting when there is nothing else to do. False to end."""
        idle = not self._waiting and not self._active
        self._wanted.clear()
        while idle or not self._inbox.empty():
            item = self._inbox.get()
            if item is None:
                return False
            idle = False
            if isinstance(item, Job):
                item.number = next(self._numbers)
                self._waiting.append(item)
                self._leaving.discard(item.request.conversation)
            else:
                self._leaving.add(item)
        return True

    def _forget_leaving(self) -> None:
        for conversation in list(self._leaving):
            if self._sequences.forget(conversation):
                self._leaving.remove(conversation)
                self._note_stats()

    def _drop_unwanted(self) -> None:
        for job in [job for job in self._active.values() if job.unwanted]:
            self._end(job)
        for job in [job for job in self._waiting if job.unwanted]:
            self._waiting.remove(job)
            job.output.put(None)

    def _begin_waiting(self) -> None:
        """Begin jobs by rank, until one finds no room, or what is prepared already comes first."""
        for job in sorted(self._waiting, key=lambda job: job.rank):
            if self._is_busy(job.request.conversation):
                continue
            if not self._leads(job) or not self._begin(job):
                break
            self._waiting.remove(job)

    def _leads(self, job: Job) -> bool:
        """Whether it would go on now. Of preparations one goes on at a time, and each that has begun holds memory."""
        return job.generates or all(job.rank < other.rank for other in self._active.values() if not other.generates)

    def _is_busy(self, conversation: str) -> bool:
        """Whether another job works on the conversation. A preparation doesn't: it ends for whatever comes next."""
        for job in list(self._active.values()):
            if job.request.conversation == conversation:
                if job.generates:
                    return True
                self._end(job)
        return False

    def _begin(self, job: Job) -> bool:
        """False when there is no room now."""
        sequence = self._sequences.open(job.request.conversation)
        if sequence is None:
            return False
        sequence.busy = True
        # what is only prepared needs no token to go on from
        self._sequences.match(sequence, job.tokens if job.generates else [*job.tokens, -1], job.shared)
        if not self._sequences.make_room(self._promised() + job.most - len(sequence.tokens)):
            sequence.busy = False
            return False
        job.sequence = sequence
        job.sampler = Sampler(job.request, self._vocabulary, job.grammar) if job.generates else None
        self._active[job.number] = job
        if job.evaluated == len(job.tokens):
            self._end(job)
        return True

    def _promised(self) -> int:
        """Cells that the jobs that have begun may still fill."""
        return sum(job.most - job.evaluated for job in self._active.values())

    def _evaluate_batch(self) -> None:
        jobs = self._ready()
        began = time.monotonic()
        shares = plan([job.demand(self._speed) for job in jobs], self._limits, began + self._speed.slack)
        if not shares:
            return
        batch = [(self._active[share.job], share.tokens) for share in shares]
        rows = [self._row(job, count) for job, count in batch]
        # guesses make a batch longer, which others wait for, and on a single thread each costs as much as a token alone
        alone = self._threads > 1 and sum(job.generates for job in jobs) == 1
        if alone and len(rows) == 1 and rows[0].wants_output:
            rows[0].guess = batch[0][0].guess()
        abort = self._abort_test(batch) if max(count for _, count in batch) >= _LONG_PROMPT else None
        self._context.use(self._threads)
        try:
            whole = self._context.evaluate(rows, abort)
        except EngineUnavailable as error:
            self._fail([job for job, _ in batch], error)
            return
        if whole:
            self._speed.note(sum(len(row.tokens) + len(row.guess) for row in rows), time.monotonic() - began)
        self._settle(batch, rows, whole)

    def _ready(self) -> list[Job]:
        """Jobs in order of arrival, preparations by weight, without those that wait for another one to evaluate their
        common persona."""
        leaders: set[str] = set()
        ready = []
        for job in sorted(self._active.values(), key=lambda job: job.rank):
            if job.evaluated < job.shared:
                self._sequences.match(job.held, job.tokens, job.shared)
            if job.evaluated < job.shared:
                if job.prefix in leaders:
                    continue
                leaders.add(job.prefix)
            ready.append(job)
        return ready

    def _row(self, job: Job, count: int) -> Row:
        """The next `count` tokens, or fewer: a batch ends where the persona ends.

        The sizes of batches touch the sums, so a persona must be cut off alike whether it is new or held already.
        """
        start = job.evaluated
        end = start + count
        end = min(end, job.shared) if start < job.shared else end
        return Row(job.held.id, start, job.tokens[start:end], wants_output=job.generates and end == len(job.tokens))

    def _abort_test(self, batch: Sequence[tuple[Job, int]]) -> Cancelled:
        """A test for the midst of a batch: is most of it for nobody, or is it preparation and somebody came?"""
        total = sum(count for _, count in batch)
        prompts = [(job, count) for job, count in batch if count > 1]
        preparing = not any(job.generates for job, _ in batch)
        next_look = time.monotonic() + _ABORT_POLL

        def abort() -> bool:
            nonlocal next_look
            now = time.monotonic()
            if now < next_look:
                return False
            next_look = now + _ABORT_POLL
            unwanted = sum(count for job, count in prompts if job.unwanted)
            return 2 * unwanted > total or (preparing and self._wanted.is_set())

        return abort

    def _settle(self, batch: Sequence[tuple[Job, int]], rows: Sequence[Row], whole: bool) -> None:
        """Note what has been evaluated, and pass on what came of it."""
        self._aborted += not whole
        for (job, _), row in zip(batch, rows, strict=True):
            if not whole and row.guess:
                self._context.remove(row.sequence, row.end)
            done = len(row.tokens) if whole else self._context.length(row.sequence) - row.start
            if done < 0:  # llama.cpp took away more than this batch
                self._sequences.truncate(job.held, row.start + done)
            self._sequences.append(job.held, row.tokens[: max(0, done)])
            self._evaluated += max(0, done)
        for (job, _), row in zip(batch, rows, strict=True):
            self._keep_prefix(job, row)
            if whole:
                self._advance(job, row)

    def _keep_prefix(self, job: Job, row: Row) -> None:
        """When the persona has just been evaluated, keep it beyond the life of this conversation."""
        if row.start >= job.shared or job.evaluated < job.shared or self._sequences.find(job.prefix, lasting=True):
            return
        prefix = self._sequences.open(job.prefix, lasting=True)
        if prefix:
            self._sequences.share(job.held, prefix, job.shared)

    def _advance(self, job: Job, row: Row) -> None:
        if job.sampler is None:
            if job.evaluated == len(job.tokens):
                self._end(job)
        elif row.wants_output:
            accepted = self._speak(job, job.sampler, row)
            self._sequences.append(job.held, row.guess[:accepted])
            self._evaluated += accepted
            if row.guess:
                self._context.remove(row.sequence, row.end + accepted)
            if job.ended:
                self._end(job)

    def _speak(self, job: Job, sampler: Sampler, row: Row) -> int:
        """Choose the next token, and those behind it while they come as guessed; how many did."""
        accepted = 0
        while self._speak_token(job, sampler.sample(self._context, row.output + accepted)):
            if job.tokens[-1:] != list(row.guess[accepted : accepted + 1]):
                break
            accepted += 1
        return accepted

    def _speak_token(self, job: Job, token: int) -> bool:
        """Pass it on. False when the reply ends."""
        job.ended = self._vocabulary.ends_reply(token)
        if not job.ended:
            job.tokens.append(token)
            text = job.text.feed(self._vocabulary.bytes_of(token))
            if text:
                job.output.put(text)
            job.ended = job.text.stopped or len(job.tokens) >= job.most
        return not job.ended

    def _end(self, job: Job) -> None:
        self._release(job)
        rest = job.text.finish()
        if job.unwanted:  # nobody hears it, so it was never said
            self._sequences.truncate(job.held, job.prompt)
        elif rest:
            job.output.put(rest)
        self._note_stats()
        job.output.put(None)

    def _release(self, job: Job) -> None:
        job.held.busy = False
        del self._active[job.number]
        if job.sampler:
            job.sampler.close()

    def _fail(self, jobs: Sequence[Job], error: EngineUnavailable) -> None:
        """Give up on jobs, and on what their sequences hold, since nothing about it is certain."""
        for job in jobs:
            self._release(job)
            self._context.remove(job.held.id, 0)
            self._sequences.close(job.held)
            job.output.put(error)

    def _fail_everything(self) -> None:
        error = EngineUnavailable("the language model has ended; try again")
        jobs = [*self._waiting, *self._active.values()]
        for job in list(self._active.values()):
            self._release(job)
        while not self._inbox.empty():
            item = self._inbox.get()
            jobs += [item] if isinstance(item, Job) else []
        for job in jobs:
            job.output.put(error)

    def _note_stats(self) -> None:
        held = self._sequences
        self._stats = Stats(self._evaluated, self._aborted, held.restored, held.held, held.used, held.parked.used_bytes)
