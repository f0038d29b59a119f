using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using NpcEngine;

/// <summary>
/// A game in small: a loop that pumps, and an audio device that plays Ada in real time. Called with a scenario, the
/// server's address and its token, it prints what it saw as one JSON object on the last line.
/// </summary>
internal static class Game
{
    private const double PatienceSeconds = 60;
    private const int FrameSamples = 320;
    private static readonly List<NpcMessage> Seen = new List<NpcMessage>();
    private static NpcConnection connection;

    public static int Main(string[] arguments)
    {
        var options = new NpcOptions { Url = arguments[1], Token = arguments[2], PlayerId = "p1" };
        options.Characters["ada"] = "deadwood";
        if (arguments[0] == "wrong_protocol") options.Protocol = "npc.v0";
        if (arguments[0] == "action") options.Actions.Add(Saloon.Serving());
        var scenarios = new Dictionary<string, Func<Dictionary<string, object>>>
        {
            ["text"] = Text, ["voice"] = Voice, ["action"] = Action, ["barge_in"] = BargeIn, ["resume"] = Resume,
            ["restart"] = Restart, ["refused"] = Refused, ["wrong_protocol"] = Refused, ["storm"] = Storm,
        };
        using (connection = new NpcConnection(options))
        {
            connection.On<NpcMessage>(Seen.Add);
            connection.Connect();
            new Thread(Play) { IsBackground = true }.Start();
            var saw = scenarios[arguments[0]]();
            connection.Close().Wait();
            Console.WriteLine(Json.Write(saw));
        }
        return 0;
    }

    private static Dictionary<string, object> Text()
    {
        connection.InputText("Hello?");
        var reply = Reply(1);
        var samples = Samples(reply.Utterance);
        var speech = connection.Speech("ada");
        Until(() => speech.LastReport.Samples == samples, "report of all samples"); // 20 ms less end the turn already
        return new Dictionary<string, object>
        {
            ["label"] = connection.Label,
            ["reply"] = reply.Text,
            ["heard_text"] = reply.HeardText,
            ["samples"] = samples,
            ["reported"] = speech.LastReport.Samples,
            ["errors"] = Errors(),
        };
    }

    private static Dictionary<string, object> Voice()
    {
        Wait<SessionOpened>(1);
        new Thread(Speak) { IsBackground = true }.Start();
        var reply = Reply(1);
        return new Dictionary<string, object>
        {
            ["heard"] = All<TranscriptFinal>()[0].Text, ["reply"] = reply.Text, ["errors"] = Errors(),
        };
    }

    private static Dictionary<string, object> Action()
    {
        var saloon = new Saloon();
        connection.Actions.Add(saloon);
        connection.InputText("Please give me the whisky.");
        var reply = Reply(1);
        return new Dictionary<string, object>
        {
            ["actions"] = saloon.Asked, ["reply"] = reply.Text, ["errors"] = Errors(),
        };
    }

    private static Dictionary<string, object> BargeIn()
    {
        connection.InputText("I love a good story.");
        Wait<UtteranceAudio>(1);
        new Thread(Speak) { IsBackground = true }.Start();
        var story = Wait<UtteranceCompleted>(1);
        Wait<TranscriptFinal>(1);
        Wait<TurnCompleted>(2);
        var late = Seen.GetRange(Seen.IndexOf(story), Seen.Count - Seen.IndexOf(story));
        return new Dictionary<string, object>
        {
            ["reason"] = story.Reason,
            ["heard_text"] = story.HeardText,
            ["late"] = late.FindAll(each => each is UtteranceAudio audio && audio.Utterance == story.Utterance).Count,
            ["heard"] = All<TranscriptFinal>()[0].Text,
        };
    }

    private static Dictionary<string, object> Resume()
    {
        connection.InputText("I love a good story.");
        Wait<UtteranceAudio>(1);
        Console.WriteLine("ready");
        var reply = Reply(1);
        var numbers = new List<int>();
        foreach (var each in Seen)
            if (each.Seq != null) numbers.Add(each.Seq.Value);
        var distinct = new HashSet<int>(numbers);
        return new Dictionary<string, object>
        {
            ["resumed"] = All<SessionOpened>().Exists(each => each.Resumed),
            ["missing"] = numbers[numbers.Count - 1] - distinct.Count,
            ["twice"] = numbers.Count - distinct.Count,
            ["gaps"] = Gaps(reply.Utterance),
            ["reply"] = reply.Text,
        };
    }

    private static Dictionary<string, object> Restart()
    {
        connection.InputText("Hello?");
        var replies = new List<string> { Reply(1).Text };
        Console.WriteLine("ready");
        Wait<SessionOpened>(2);
        connection.InputText("Hello?");
        replies.Add(Reply(2).Text);
        var sessions = All<SessionOpened>().ConvertAll(each => each.SessionId);
        return new Dictionary<string, object> { ["replies"] = replies, ["sessions"] = sessions };
    }

    private static Dictionary<string, object> Refused()
    {
        return new Dictionary<string, object> { ["code"] = Wait<NpcError>(1).Code };
    }

    /// <summary>
    /// Sends what the server answers by one error each, while connections break: each time that it is `ready`.
    /// </summary>
    private static Dictionary<string, object> Storm()
    {
        Wait<SessionOpened>(1);
        var answers = new Dictionary<string, object>();
        for (var each = 0; each < 200; each++)
        {
            if (each % 40 == 20) Console.WriteLine("ready");
            answers[connection.ActionResult("a" + each, NpcResult.Done())] = 0;
            Thread.Sleep(5);
            connection.Pump();
        }
        Wait<NpcError>(answers.Count);
        foreach (var error in All<NpcError>()) answers[error.Ref] = (int)answers[error.Ref] + 1;
        return answers;
    }

    /// <summary>The last utterance of this many turns, once they are over.</summary>
    private static UtteranceCompleted Reply(int turns)
    {
        Wait<TurnCompleted>(turns);
        var all = All<UtteranceCompleted>();
        return all[all.Count - 1];
    }

    /// <summary>Let the game go on until this many such messages have come; the last of them.</summary>
    private static T Wait<T>(int count) where T : NpcMessage
    {
        Until(() => All<T>().Count >= count, typeof(T).Name);
        return All<T>()[count - 1];
    }

    private static void Until(Func<bool> isSo, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!isSo())
        {
            if (waited.Elapsed.TotalSeconds > PatienceSeconds)
                throw new TimeoutException("no " + what + " after " + string.Join(", ", Seen.ConvertAll(Name)));
            Thread.Sleep(5);
            connection.Pump();
        }
    }

    private static string Name(NpcMessage message)
    {
        return message is NpcError error ? error.Code + " (" + error.Message + ")" : message.Type;
    }

    private static List<T> All<T>() where T : NpcMessage
    {
        return Seen.FindAll(each => each is T).ConvertAll(each => (T)each);
    }

    private static List<string> Errors()
    {
        return All<NpcError>().ConvertAll(each => each.Code);
    }

    private static int Samples(int utterance)
    {
        var samples = 0;
        foreach (var audio in All<UtteranceAudio>())
            if (audio.Utterance == utterance) samples += audio.Samples.Length;
        return samples;
    }

    /// <summary>Samples that are missing between two frames, or came twice.</summary>
    private static int Gaps(int utterance)
    {
        int gaps = 0, next = 0;
        foreach (var audio in All<UtteranceAudio>())
        {
            if (audio.Utterance != utterance) continue;
            gaps += Math.Abs(audio.FirstSample - next);
            next = audio.FirstSample + audio.Samples.Length;
        }
        return gaps;
    }

    /// <summary>The audio device, which runs on a thread of its own.</summary>
    private static void Play()
    {
        var speech = connection.Speech("ada");
        var buffer = new float[FrameSamples];
        InRealTime(() => speech.Read(buffer, 0, buffer.Length));
    }

    /// <summary>The microphone: what NPC_SPEECH holds, then silence.</summary>
    private static void Speak()
    {
        var pcm = File.ReadAllBytes(Environment.GetEnvironmentVariable("NPC_SPEECH"));
        var at = 0;
        var frame = new short[FrameSamples];
        InRealTime(() =>
        {
            for (var index = 0; index < frame.Length; index++, at += 2)
                frame[index] = at + 1 < pcm.Length ? BitConverter.ToInt16(pcm, at) : (short)0;
            connection.InputAudio(frame, frame.Length);
        });
    }

    /// <summary>Call it for every 20 ms that pass.</summary>
    private static void InRealTime(Action frame)
    {
        var clock = Stopwatch.StartNew();
        for (long done = 0;;)
        {
            for (; done < clock.ElapsedMilliseconds / 20; done++) frame();
            Thread.Sleep(5);
        }
    }

    /// <summary>Where Ada's drinks are served.</summary>
    private sealed class Saloon
    {
        private enum Drink
        {
            Whisky,
            Water,
        }

        public readonly List<object> Asked = new List<object>();

        public static DeclaredAction Serving()
        {
            var serving = new DeclaredAction("serve_drink", "Serve the player a drink.");
            serving.Args["drink"] = new DeclaredArgument("choice", "whisky", "water");
            serving.Asks.Add("Can I have a drink?");
            return serving;
        }

        [NpcAction("serve_drink")]
        private NpcResult Serve(Drink drink, ActionRequested request)
        {
            var args = new Dictionary<string, object> { ["drink"] = drink.ToString().ToLowerInvariant() };
            Asked.Add(new Dictionary<string, object> { ["name"] = request.Name, ["args"] = args });
            return NpcResult.Done("The glass is full.");
        }
    }
}
