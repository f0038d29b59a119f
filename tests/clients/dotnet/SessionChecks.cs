using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NpcEngine;

internal static partial class Checks
{
    public static void ArgumentsAreConvertedAndChecked()
    {
        var door = new Door();
        var given = Args("which_door", "vault", "times", 2.0, "hard", true, "tools", Texts("a", "b"));
        Same("done", Outcome(door, "open_door", given));
        Same("vault 2 True a+b Slow", door.Opened);
        given = Args("whichDoor", "x", "times", 1.0, "hard", false, "tools", Texts(), "pace", "very_fast");
        Same("done", Outcome(door, "open_door", given));
        Same("x 1 False  VeryFast", door.Opened);
    }

    public static void ArgumentsThatDoNotFitFailTheActionAndAreTold()
    {
        var wrong = new[]
        {
            Args("times", 2.5), Args("times", 1e12), Args("times", "2"), Args("hard", "yes"), Args("pace", "odd"),
            Args("tools", Texts("a", 1.0)),
        };
        foreach (var each in wrong)
        {
            var door = new Door();
            var given = Args("which_door", "x", "times", 1.0, "hard", true, "tools", Texts());
            foreach (var one in each) given[one.Key] = one.Value;
            NpcResult answer = null;
            var request = Request("open_door", "ada", given);
            Throws<ArgumentException>(() => Run(door, request, result => answer = result), Json.Write(each));
            Same("failed", answer.Status);
            Same(null, door.Opened);
        }
        Throws<ArgumentException>(() => Outcome(new Door(), "open_door", Args()), "no arguments");
    }

    public static void TheGameRefusesFailsOrTakesItsTime()
    {
        Same("refused: It is locked.", Outcome(new Door(), "close_door", Args()));
        var door = new Door();
        var answered = new TaskCompletionSource<NpcResult>();
        Run(door, Request("lock_door", "ada", Args()), answered.SetResult);
        Same(false, answered.Task.IsCompleted);
        door.Locking.SetResult(NpcResult.Done("Click."));
        Same("Click.", answered.Task.Result.Detail);
    }

    public static void WhatAMethodThrowsFailsTheActionAndReachesTheGame()
    {
        NpcResult answer = null;
        Throws<NotSupportedException>(
            () => Run(new Door(), Request("break_door", "ada", Args()), result => answer = result), "thrown");
        Same("failed", answer.Status);
    }

    public static void ACharactersOwnMethodComesBeforeThatOfAll()
    {
        var actions = new NpcActions();
        Door all = new Door(), own = new Door();
        actions.Add(all);
        actions.Add(own, "ada");
        Same(true, actions.Run(Request("knock", "ada", Args()), result => { }));
        Same(true, actions.Run(Request("knock", "bob", Args()), result => { }));
        Same("ada bob", own.Knocked + " " + all.Knocked);
        actions.Remove(own);
        actions.Remove(all);
        Same(false, actions.Run(Request("knock", "ada", Args()), result => { }));
    }

    public static void MethodsThatCannotBeActionsAreNamed()
    {
        Throws<ArgumentException>(() => new NpcActions().Add(new Odd()), "a parameter of a strange type");
        Throws<ArgumentException>(() => new NpcActions().Add(new Returning()), "a strange result");
        var actions = new NpcActions();
        actions.Add(new Door());
        Throws<ArgumentException>(() => actions.Add(new Door()), "the same action twice");
    }

    public static void AResumedSessionGetsOnlyWhatDidNotArrive()
    {
        var outbox = new Outbox(() => { });
        outbox.Send("say", true, ("text", "one"));
        outbox.Send("say", true, ("text", "two"));
        Same("m1 m2 p2", Ids(outbox.Take()));
        outbox.Send("world.set", false);
        Same("m3 p3", Ids(outbox.Take()));
        outbox.Confirm("p2");
        outbox.Lose();
        outbox.Send("say", true, ("text", "four"));
        outbox.SendAgain();
        Same("m3 m4 p4", Ids(outbox.Take()));
        outbox.Confirm("m4");
        outbox.SendAgain();
        Same("", Ids(outbox.Take()));
    }

    public static void ANewSessionGetsWhatOutlivesTheOld()
    {
        var outbox = new Outbox(() => { });
        outbox.Send("action.result", false);
        outbox.Send("input.text", true);
        outbox.Take();
        outbox.Send("world.set", false);
        outbox.StartAnew();
        outbox.Send("world.set", false);
        Same("m2 m4 p4", Ids(outbox.Take()));
    }

    public static void SpeechOfThePlayerIsNotKeptWithoutASession()
    {
        var outbox = new Outbox(() => { });
        outbox.AddAudio(new byte[2]);
        outbox.Open();
        outbox.AddAudio(new byte[2]);
        outbox.Send("input.audio.commit", false);
        Same(3, outbox.Take().Count); // the audio, the message, its ping
        outbox.AddAudio(new byte[2]);
        outbox.Lose();
        Same(0, outbox.Take().Count);
    }

    public static void TheNextSessionBeginsWithTheWorldAsItIs()
    {
        var connection = new NpcConnection(Everything());
        connection.World["place"] = "the bank";
        connection.World["gold"] = 3;
        connection.World["gold"] = null;
        connection.CharacterJoin("nova", "nova");
        connection.CharacterLeave("ada");
        connection.CharacterClaim("nova", "cutscene");
        ((ISessionOwner)connection).Take(NpcMessage.Parse(
            "{\"type\":\"quest.changed\",\"seq\":3,\"quest\":\"safe\",\"stage\":\"open_safe\",\"status\":\"active\"}"));
        var scene = (Dictionary<string, object>)((ISessionOwner)connection).Opening(true, false)["scene"];
        Same("{\"place\":\"the bank\",\"quest.safe\":\"open_safe\"}", Json.Write(scene["world"]));
        Same("[{\"actor_id\":\"nova\",\"persona\":\"nova\"}]", Json.Write(scene["characters"]));
        var sent = connection.Outbox.Take();
        Same(2, sent.Count); // the claim and its ping: all else is in the scene
        Same(true, sent[0].Text.Contains("character.claim"));
    }

    public static void TheWorldHoldsOnlyWhatTheProtocolHas()
    {
        var connection = new NpcConnection(new NpcOptions());
        Throws<ArgumentException>(() => connection.World["when"] = DateTime.Now, "a date");
        Same(0, connection.Outbox.Take().Count);
    }

    public static void HandlersGetWhatTheyAskedForUntilTheyDoNot()
    {
        var connection = new NpcConnection(new NpcOptions());
        var seen = new List<string>();
        Action<Pong> handler = pong => seen.Add(pong.Ref);
        connection.On(handler);
        Take(connection, "{\"type\":\"pong\",\"ref\":\"a\"}");
        Same(0, seen.Count); // not before the game pumps
        Take(connection, "{\"type\":\"save.created\",\"save_id\":\"b\"}");
        connection.Pump();
        connection.Off(handler);
        Take(connection, "{\"type\":\"pong\",\"ref\":\"c\"}");
        connection.Pump();
        Same("a", string.Join(" ", seen));
    }

    public static void WaitsGrowAndDifferAndKeepToTheServersWish()
    {
        var backoff = new Backoff(new Random(7));
        for (var longest = 0.2; longest < 20; longest *= 2)
        {
            var wait = backoff.Next(null);
            Same(true, wait >= Math.Min(longest, 10) / 2 && wait <= Math.Min(longest, 10));
        }
        Same(true, backoff.Next(30000) > 30);
        backoff.Reset();
        Same(true, backoff.Next(null) <= 0.2);
    }

    private static void Take(NpcConnection connection, string frame)
    {
        ((ISessionOwner)connection).Take(NpcMessage.Parse(frame));
    }

    private static string Ids(List<Outgoing> frames)
    {
        return string.Join(" ", frames.ConvertAll(each => NpcMessage.Parse(each.Text).Fields["id"]));
    }

    private static string Outcome(Door door, string name, Dictionary<string, object> args)
    {
        NpcResult answer = null;
        Run(door, Request(name, "ada", args), result => answer = result);
        return answer.Detail == null ? answer.Status : answer.Status + ": " + answer.Detail;
    }

    /// <summary>Names and values in turn.</summary>
    private static Dictionary<string, object> Args(params object[] inTurn)
    {
        var args = new Dictionary<string, object>();
        for (var at = 0; at < inTurn.Length; at += 2) args[(string)inTurn[at]] = inTurn[at + 1];
        return args;
    }

    private static void Run(object target, ActionRequested request, Action<NpcResult> answer)
    {
        var actions = new NpcActions();
        actions.Add(target);
        if (!actions.Run(request, answer)) throw new InvalidOperationException("no method for " + request.Name);
    }

    private static ActionRequested Request(string name, string actorId, Dictionary<string, object> args)
    {
        return new ActionRequested(new JsonFields(new Dictionary<string, object>
        {
            ["type"] = "action.requested", ["action_id"] = "a1", ["actor_id"] = actorId, ["name"] = name,
            ["args"] = args, ["deadline_ms"] = 5000.0,
        }));
    }

    private static List<object> Texts(params object[] texts)
    {
        return new List<object>(texts);
    }

    private sealed class Door
    {
        public enum Pace
        {
            Slow,
            VeryFast,
        }

        public readonly TaskCompletionSource<NpcResult> Locking = new TaskCompletionSource<NpcResult>();
        public string Opened, Knocked;

        [NpcAction("open_door")]
        private void Open(string whichDoor, int times, bool hard, string[] tools, Pace pace = Pace.Slow)
        {
            Opened = whichDoor + " " + times + " " + hard + " " + string.Join("+", tools) + " " + pace;
        }

        [NpcAction("close_door")]
        private NpcResult Close()
        {
            return NpcResult.Refused("It is locked.");
        }

        [NpcAction("lock_door")]
        private Task<NpcResult> Lock()
        {
            return Locking.Task;
        }

        [NpcAction("break_door")]
        private void Break()
        {
            throw new NotSupportedException();
        }

        [NpcAction("knock")]
        private void Knock(ActionRequested request)
        {
            Knocked = request.ActorId;
        }
    }

    private sealed class Odd
    {
        [NpcAction("odd")]
        private void Do(DateTime when)
        {
        }
    }

    private sealed class Returning
    {
        [NpcAction("returning")]
        private int Do()
        {
            return 1;
        }
    }
}
