using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using NpcEngine;

/// <summary>
/// Checks of the package's parts, without a server. Without arguments it runs them all and prints what became of each
/// as one JSON object: null, or what was wrong. `read FILE` prints as which class each message of the file is read,
/// `sends` prints each message that the package can send, both as one JSON list.
/// </summary>
internal static partial class Checks
{
    private const BindingFlags Declared = BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly;

    public static int Main(string[] arguments)
    {
        if (arguments.Length == 0) Console.WriteLine(Json.Write(RunAll()));
        else Console.WriteLine(Json.Write(arguments[0] == "read" ? Read(arguments[1]) : Sends()));
        return 0;
    }

    private static Dictionary<string, object> RunAll()
    {
        var results = new Dictionary<string, object>();
        foreach (var check in typeof(Checks).GetMethods(Declared))
        {
            if (check.Name == nameof(Main)) continue;
            try
            {
                check.Invoke(null, null);
                results[check.Name] = null;
            }
            catch (TargetInvocationException thrown)
            {
                results[check.Name] = thrown.InnerException.ToString();
            }
        }
        return results;
    }

    private static IEnumerable<string> Read(string path)
    {
        return Array.ConvertAll(File.ReadAllLines(path), line => NpcMessage.Parse(line).GetType().Name);
    }

    private static IEnumerable<string> Sends()
    {
        var connection = new NpcConnection(Everything());
        var world = connection.World;
        connection.InputText("Hello?", "ada", true);
        connection.InputAudioCommit();
        connection.InputAudioClear();
        world["place"] = "the bank";
        world.Set(Args("inventory", new[] { "key" }, "gold", 1.5f, "safe.open", null));
        connection.WorldEvent("key_found", "The player found the key.", NpcRespond.Must, "ada", world.Snapshot());
        connection.CharacterJoin("nova", "nova", new[] { Lending() });
        connection.CharacterFocus("nova", 0.8);
        connection.CharacterClaim("nova", "cutscene");
        connection.CharacterRelease("nova");
        connection.CharacterLeave("nova");
        connection.Gossip("ada", "nova", "tunnel", "key.place");
        connection.Say("ada", "The bank is closing!", NpcPriority.Critical);
        connection.CharacterAct("ada", "It is your turn.", new[] { "draw", "pass" });
        connection.ActionResult("a1", NpcResult.Refused("The door is locked."));
        connection.ReplyCancel(3);
        connection.SaveCreate("before the bank");
        connection.SaveLoad("k7f2-9mqx");
        connection.Outbox.Send("session.close", false);
        var opening = ((ISessionOwner)connection).Opening(false, true);
        opening["resume"] = new Dictionary<string, object> { ["token"] = "t", ["last_seq"] = 3 };
        var sent = connection.Outbox.Take().ConvertAll(each => each.Text);
        sent.Add(Json.Write(opening));
        sent.Add(Json.Write(new PlaybackReport(3, 22050, "playing").ToJson()));
        return sent;
    }

    private static NpcOptions Everything()
    {
        var options = new NpcOptions
        {
            Token = "secret", PlayerName = "Sam", Language = "en", OutputRate = 48000, PushToTalk = true, Seed = 7,
        };
        options.Characters["ada"] = "deadwood";
        options.Actions.Add(Lending());
        return options;
    }

    private static DeclaredAction Lending()
    {
        var lending = new DeclaredAction("lend_horse", "Lend a horse.") { Done = "Lent.", Refused = "No." };
        lending.Args["horse"] = new DeclaredArgument("choice", "mare", "mule");
        lending.Args["days"] = new DeclaredArgument("number") { Least = 1, Most = 9 };
        lending.Args["saddle"] = new DeclaredArgument("item") { OwnedBy = "self", Here = true };
        lending.When["trust"] = ">= 3";
        lending.Asks.Add("Can I borrow a horse?");
        return lending;
    }
}
