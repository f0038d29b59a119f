using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace NpcEngine
{
    /// <summary>One connection: opens or resumes the session, then reads and writes until it ends.</summary>
    internal sealed class Visit
    {
        private const int TickMs = 100;

        /// <summary>A connection on which nothing comes for so long, pings unanswered, is dead.</summary>
        private const int PingMs = 15000, DeadMs = 45000;

        private const string TakenOver = "taken over";
        private readonly Link link;
        private readonly Wire wire = new Wire();
        private readonly string sync = "s" + Guid.NewGuid().ToString("N");
        private volatile bool isOpen, isInStep;
        private volatile int heardAt = Environment.TickCount;
        private int pingedAt = Environment.TickCount;
        private Ending ending;
        private int? retryAfterMs;

        public Visit(Link link)
        {
            this.link = link;
        }

        /// <summary>Connect and stay until the end. Throws nothing.</summary>
        public async Task<Ending> Run(CancellationToken stop)
        {
            using (wire)
            using (var over = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                try
                {
                    await wire.Connect(link.Options.Url, link.Options.Protocol, stop).ConfigureAwait(false);
                }
                catch (Exception problem) when (Wire.Failed(problem))
                {
                    var why = "no server answers at " + link.Options.Url + " (" + problem.Message + "); ";
                    return new Ending(why + "start one: npc-engine serve", false, null);
                }
                catch (Exception problem) when (problem is UriFormatException || problem is ArgumentException)
                {
                    var why = "'" + link.Options.Url + "' is no address such as ws://127.0.0.1:8765/v1";
                    return new Ending(why, true, null);
                }
                var writing = Write(over.Token);
                await Read(over.Token).ConfigureAwait(false);
                over.Cancel();
                await writing.ConfigureAwait(false);
                return ending ?? new Ending(wire.Ended, wire.Ended == TakenOver, retryAfterMs);
            }
        }

        private async Task Read(CancellationToken stop)
        {
            try
            {
                await Open(stop).ConfigureAwait(false);
                while (ending == null)
                {
                    var frame = await wire.Receive(stop).ConfigureAwait(false);
                    if (frame == null) return;
                    heardAt = Environment.TickCount;
                    await Take(frame.Read(), stop).ConfigureAwait(false);
                }
            }
            catch (FormatException problem)
            {
                ending = new Ending("the server does not speak npc.v1: " + problem.Message, false, null);
            }
            catch (Exception problem) when (Wire.Failed(problem))
            {
                ending = new Ending("the connection was lost: " + problem.Message, false, retryAfterMs);
            }
        }

        private Task Open(CancellationToken stop)
        {
            var opening = link.Owner.Opening(!link.Point.IsKnown, link.Point.HasStory);
            if (link.Point.IsKnown) opening["resume"] = link.Point.ToJson();
            return wire.Send(Json.Write(opening), stop);
        }

        private async Task Take(NpcMessage message, CancellationToken stop)
        {
            link.Point.Note(message);
            link.Outbox.Confirm(message.Ref);
            link.Owner.Take(message);
            if (message is SessionOpened opened) await Opened(opened, stop).ConfigureAwait(false);
            else if (message is NpcError error) await Fail(error, stop).ConfigureAwait(false);
            else if (message is SessionClosing closing) retryAfterMs = closing.ReconnectAfterMs;
            else if (message.Ref == sync) CatchUp();
        }

        /// <summary>
        /// A resumed session must first catch up: its answer to our ping comes behind all that we missed.
        /// </summary>
        private async Task Opened(SessionOpened opened, CancellationToken stop)
        {
            if (opened.Resumed) await wire.Send(Outgoing.Ping(sync).Text, stop).ConfigureAwait(false);
            else isInStep = true;
            isOpen = true;
            link.Opened();
            link.News.Release();
        }

        private void CatchUp()
        {
            isInStep = true;
            link.Outbox.SendAgain();
        }

        private async Task Fail(NpcError error, CancellationToken stop)
        {
            retryAfterMs = error.RetryAfterMs ?? retryAfterMs;
            if (error.Code == "resume_failed")
            {
                link.Point.Forget();
                if (!error.Fatal) await Open(stop).ConfigureAwait(false);
            }
            else if (error.Code == "store_failed" && !isOpen && link.Point.HasStory)
            {
                link.Point.ForgetStory();
            }
            else if (!isOpen && retryAfterMs == null && error.Code != "idle")
            {
                ending = new Ending(error.Code + ": " + error.Message, true, null);
            }
        }

        private async Task Write(CancellationToken stop)
        {
            try
            {
                while (true)
                {
                    await link.News.WaitAsync(TickMs, stop).ConfigureAwait(false);
                    if (!isOpen) continue;
                    if (isInStep) await Send(link.Outbox.Take(), stop).ConfigureAwait(false);
                    foreach (var report in link.Owner.TakeReports())
                        await wire.Send(Json.Write(report.ToJson()), stop).ConfigureAwait(false);
                    await KeepAlive(stop).ConfigureAwait(false);
                }
            }
            catch (Exception problem) when (Wire.Failed(problem))
            {
                wire.Abort();
            }
        }

        private async Task Send(List<Outgoing> frames, CancellationToken stop)
        {
            foreach (var frame in frames)
            {
                var sending = frame.Audio == null ? wire.Send(frame.Text, stop) : wire.Send(frame.Audio, stop);
                await sending.ConfigureAwait(false);
            }
        }

        private async Task KeepAlive(CancellationToken stop)
        {
            var now = Environment.TickCount;
            if (unchecked(now - heardAt) > DeadMs) wire.Abort();
            if (unchecked(now - pingedAt) < PingMs) return;
            pingedAt = now;
            await wire.Send(Outgoing.Ping("alive").Text, stop).ConfigureAwait(false);
        }
    }
}
