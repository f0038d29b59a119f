using System;
using System.Collections.Generic;
using NpcEngine;

internal static partial class Checks
{
    public static void JsonIsReadAsItWasWritten()
    {
        var value = new Dictionary<string, object>
        {
            ["text"] = "\"Hi\\\" \n\t\u0001 \u94B1 \uD83D\uDE00",
            ["list"] = new List<object> { 1.0, -2.5e-3, true, false, null },
            ["empty"] = new Dictionary<string, object>(),
            ["none"] = new List<object>(),
        };
        Same(Json.Write(value), Json.Write(Json.Read(Json.Write(value))));
    }

    public static void JsonReadsEscapesAndBlanks()
    {
        var text = " { \"a\\/b\" : [ \"\\u00e9\\uD83D\\uDE00\\n\" ] }\r\n";
        Same("{\"a/b\":[\"\u00E9\uD83D\uDE00\\u000a\"]}", Json.Write(Json.Read(text)));
        Same("[0,10,0.5,1200]", Json.Write(Json.Read("[-0e0,10,0.5,1.2E+3]")).Replace("-0", "0"));
    }

    public static void JsonRefusesWhatIsNotJson()
    {
        var wrong = new[]
        {
            "", " ", "{", "[1,]", "[1 2]", "[1}", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{\"a\":1,\"a\":2}", "[1]x",
            "nul", "NaN", "Infinity", "-", "01", "1.", ".5", "1e", "+1", "1e400", "'a'",
            "\"a", "\"\n\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\uD83D\"", "\"\\uDE00\\uD83D\"",
            new string('[', 65) + new string(']', 65),
        };
        foreach (var text in wrong) Throws<FormatException>(() => Json.Read(text), text);
        Json.Read(new string('[', 64) + new string(']', 64));
    }

    public static void JsonWritesOnlyWhatJsonHolds()
    {
        Throws<ArgumentException>(() => Json.Write(double.NaN), "NaN");
        Throws<ArgumentException>(() => Json.Write(float.PositiveInfinity), "infinity");
        Throws<ArgumentException>(() => Json.Write(new object()), "object");
        Same("\"a\uFFFD\"", Json.Write("a\uD83D"));
        Same("[0.8,3,-4,true]", Json.Write(new object[] { 0.8f, 3, -4L, true }));
    }

    public static void NumbersAreWrittenAlikeInEveryCountry()
    {
        var before = System.Threading.Thread.CurrentThread.CurrentCulture;
        System.Threading.Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
        Same("1.5", Json.Write(1.5));
        Same(1.5, Json.Read("1.5"));
        System.Threading.Thread.CurrentThread.CurrentCulture = before;
    }

    public static void AMessageOfTomorrowComesAsItIs()
    {
        var message = NpcMessage.Parse("{\"type\":\"weather.changed\",\"seq\":7,\"sky\":\"red\"}");
        Same("weather.changed 7 red", message.Type + " " + message.Seq + " " + message.Fields["sky"]);
    }

    public static void AMessageThatLacksAFieldIsRefused()
    {
        var wrong = new[]
        {
            "[]", "{\"seq\":1}", "{\"type\":\"turn.started\",\"turn\":1}",
            "{\"type\":\"turn.started\",\"turn\":1.5,\"actor_id\":\"ada\"}",
        };
        foreach (var text in wrong) Throws<FormatException>(() => NpcMessage.Parse(text), text);
    }

    public static void AnAudioFrameIsAHeaderAndSamples()
    {
        var audio = new UtteranceAudio(new byte[] { 3, 0, 0, 0, 0, 1, 0, 0, 0xFF, 0x7F, 0x00, 0x80, 9, 9 }, 12);
        Same("3 256", audio.Utterance + " " + audio.FirstSample);
        Same("32767 -32768", string.Join(" ", audio.Samples));
        Throws<FormatException>(() => new UtteranceAudio(new byte[7], 7), "too short");
        Throws<FormatException>(() => new UtteranceAudio(new byte[9], 9), "half a sample");
    }

    private static void Same(object expected, object actual)
    {
        if (!Equals(expected, actual)) throw new InvalidOperationException("expected " + expected + ", got " + actual);
    }

    private static void Throws<T>(Action act, string what) where T : Exception
    {
        try
        {
            act();
        }
        catch (T)
        {
            return;
        }
        throw new InvalidOperationException("nothing was wrong with " + what);
    }
}
