using System;
using System.Collections.Generic;
using NpcEngine;

internal static partial class Checks
{
    private const int Rate = 1000; // a sample is a millisecond

    public static void SpeechIsPlayedToTheSampleAndThenSilence()
    {
        var speech = Speaking(1, 0, 100, -200, 300);
        var buffer = new[] { 1f, 1f, 1f, 1f, 1f, 1f };
        Same(4, speech.Read(buffer, 1, 5));
        Same("32768 0 100 -200 300 0", string.Join(" ", Array.ConvertAll(buffer, each => each * 32768)));
    }

    public static void ReportsSayWhatWasHeard()
    {
        var speech = Speaking(1, new short[100]);
        Same("", Reports(speech)); // nobody plays it: the server goes by its clock
        Play(speech, 40);
        Same("1:40 playing", Reports(speech));
        Same("", Reports(speech));
        Play(speech, 80);
        Same("1:100 done", Reports(speech));
        speech.Complete(Completed(1, "done"));
        Play(speech, 80);
        Same("", Reports(speech));
        Same(100, speech.LastReport.Samples);
    }

    public static void WhatTheSoundSystemBuffersIsNotHeardYet()
    {
        var speech = Speaking(1, new short[100]);
        speech.Latency = 0.030;
        Play(speech, 20);
        Same("1:0 playing", Reports(speech));
        Play(speech, 30);
        Same("1:20 playing", Reports(speech));
        Play(speech, 30);
        Same("1:50 playing", Reports(speech));
        Play(speech, 60);
        Same("1:100 done", Reports(speech));
    }

    public static void AStarvedPlayerHearsSilenceAndNothingIsLost()
    {
        var speech = Speaking(1, new short[10]);
        Same(10, Play(speech, 50));
        speech.Add(Audio(1, 10, new short[10]));
        Same(10, Play(speech, 50));
        Same("1:20 done", Reports(speech));
    }

    public static void WhatWasCancelledIsGoneAtOnceWithItsCues()
    {
        foreach (var reason in new[] { "interrupted", "cancelled" })
        {
            var speech = Speaking(1, new short[100]);
            speech.Add(Cues(1, "viseme 0 aa", "viseme 30 PP"));
            Play(speech, 50);
            speech.Complete(Completed(1, reason));
            speech.Add(Audio(1, 100, new short[100]));
            Same(0, Play(speech, 50));
            Same("", Due(speech));
            Same(false, speech.IsSpeaking);
        }
    }

    public static void WhatIsDoneOrBrokeOffIsPlayedToItsEnd()
    {
        foreach (var reason in new[] { "done", "failed" })
        {
            var speech = Speaking(1, new short[100]);
            speech.Complete(Completed(1, reason));
            Same(60, Play(speech, 60));
            Same(true, speech.IsSpeaking);
            Same(40, Play(speech, 60));
            Same(false, speech.IsSpeaking);
        }
    }

    public static void ARepeatedPieceIsPlayedOnceAndAMissingOneIsSilence()
    {
        var speech = Speaking(1, 1, 2, 3, 4);
        speech.Add(Audio(1, 0, new short[] { 1, 2 }));
        speech.Add(Audio(1, 2, new short[] { 3, 4, 5 }));
        speech.Add(Audio(1, 7, new short[] { 8 }));
        var buffer = new float[10];
        Same(8, speech.Read(buffer, 0, 10));
        Same("1 2 3 4 5 0 0 8 0 0", string.Join(" ", Array.ConvertAll(buffer, each => each * 32768)));
    }

    public static void TheNextUtteranceWaitsUntilThisOneIsWhole()
    {
        var speech = Speaking(1, new short[10]);
        Play(speech, 5);
        speech.Start(Started(2, Rate));
        speech.Add(Audio(2, 0, new short[10]));
        Same(5, Play(speech, 20));
        speech.Complete(Completed(1, "done"));
        Same(10, Play(speech, 20));
        Same("1:10 done, 2:10 done", Reports(speech));
    }

    public static void OneReadIsOfOneRate()
    {
        var speech = Speaking(1, new short[10]);
        Play(speech, 5);
        speech.Complete(Completed(1, "done"));
        speech.Start(Started(2, 2 * Rate));
        speech.Add(Audio(2, 0, new short[10]));
        Same(Rate, speech.Rate);
        Same(5, Play(speech, 20));
        Same(2 * Rate, speech.Rate);
        Same(10, Play(speech, 20));
        Same(0, speech.Rate);
    }

    public static void ACharacterThatNobodyPlaysKeepsOnlyItsLastUtterance()
    {
        var speech = Speaking(1, new short[10]);
        speech.Start(Started(2, Rate));
        speech.Add(Audio(2, 0, new short[7]));
        Same(7, Play(speech, 20));
    }

    public static void StoppingReportsWhatWasHeardAndEndsTheReply()
    {
        var speech = Speaking(1, new short[100]);
        Play(speech, 30);
        speech.Stop();
        Same("1:30 stopped", Reports(speech));
        Same(0, Play(speech, 30));
    }

    public static void WhatWasReportedIsReportedAgainAfterAResume()
    {
        var speech = Speaking(1, new short[100]);
        Play(speech, 30);
        Same("1:30 playing", Reports(speech));
        speech.ReportAgain();
        Same("1:30 playing", Reports(speech));
    }

    public static void CuesComeWhenPlaybackReachesThem()
    {
        var speech = Speaking(1, new short[100]);
        speech.Add(Cues(1, "viseme 0 aa", "emotion 10 joy", "viseme 30 PP", "viseme 150 sil"));
        Same("", Due(speech));
        Play(speech, 9);
        Same("aa", Due(speech));
        Play(speech, 21);
        Same("joy PP", Due(speech));
        Play(speech, 100);
        Same("", Due(speech));
        speech.Complete(Completed(1, "done"));
        Same("sil", Due(speech));
        Same("", Due(speech));
    }

    public static void SubtitlesAppearWordByWord()
    {
        var speech = Speaking(1, new short[400]);
        speech.Add(Text(1, 0, "Well, hello \u2014 friend!"));
        speech.Add(Cues(1, "word 0 well", "word 50 hello", "word 80 friend"));
        speech.Add(Text(1, 200, "It is 1876."));
        speech.Add(Cues(1, "word 200 It", "word 220 is", "word 240 eighteen"));
        Same("", speech.Subtitle);
        Play(speech, 40);
        Same("Well,", speech.Subtitle);
        Play(speech, 20);
        Same("Well, hello", speech.Subtitle);
        Play(speech, 60);
        Same("Well, hello \u2014 friend!", speech.Subtitle);
        Play(speech, 90);
        Same("Well, hello \u2014 friend! It", speech.Subtitle);
        Play(speech, 400);
        speech.Complete(Completed(1, "done"));
        Same("Well, hello \u2014 friend! It is 1876.", speech.Subtitle);
    }

    public static void NoOlderSubtitleComesBackWhenTheCharacterIsInterrupted()
    {
        var speech = Speaking(1, new short[10]);
        speech.Add(Text(1, 0, "Hello."));
        speech.Complete(Completed(1, "done"));
        Play(speech, 20);
        speech.Start(Started(2, Rate));
        speech.Add(Text(2, 0, "Once upon a time"));
        speech.Add(Audio(2, 0, new short[100]));
        Play(speech, 20);
        Same("Once upon a time", speech.Subtitle);
        speech.Complete(Completed(2, "interrupted"));
        Same("", speech.Subtitle);
    }

    public static void ChineseSubtitlesHaveNoGaps()
    {
        var speech = Speaking(1, new short[400]);
        speech.Add(Text(1, 0, "\u4F60\u597D\uFF0C"));
        speech.Add(Text(1, 100, "\u670B\u53CB\u3002")); // no words are told: clause by clause
        Play(speech, 50);
        Same("\u4F60\u597D\uFF0C", speech.Subtitle);
        Play(speech, 60);
        Same("\u4F60\u597D\uFF0C\u670B\u53CB\u3002", speech.Subtitle);
    }

    public static void WithoutSoundTextAndCuesAreThereAtOnce()
    {
        var speech = new NpcSpeech("ada");
        speech.Start(Started(1, null));
        speech.Add(Text(1, 0, "Hello."));
        speech.Add(Cues(1, "emotion 0 joy"));
        Same("Hello.", speech.Subtitle);
        Same("joy", Due(speech));
        Play(speech, 10);
        Same("", Reports(speech));
    }

    public static void TheMouthGlidesFromShapeToShape()
    {
        var weights = new VisemeWeights();
        weights.Aim("aa", 0.8);
        weights.Step(0.030, 0.060);
        Same("0.5 0.5", weights["sil"] + " " + weights["aa"]);
        weights.Step(0.060, 0.060);
        Same("0 0.8", weights["sil"] + " " + weights["aa"]);
        weights.Aim("tongue"); // of another set of visemes
        weights.Step(1, 0);
        Same("1 0", weights["sil"] + " " + weights["aa"]);
    }

    private static NpcSpeech Speaking(int utterance, params short[] samples)
    {
        var speech = new NpcSpeech("ada");
        speech.Start(Started(utterance, Rate));
        speech.Add(Audio(utterance, 0, samples));
        return speech;
    }

    private static int Play(NpcSpeech speech, int samples)
    {
        return speech.Read(new float[samples], 0, samples);
    }

    private static string Reports(NpcSpeech speech)
    {
        var reports = speech.TakeReports();
        return string.Join(", ", reports.ConvertAll(each => each.Utterance + ":" + each.Samples + " " + each.State));
    }

    private static string Due(NpcSpeech speech)
    {
        var due = new List<NpcCue>();
        speech.TakeDue(due);
        return string.Join(" ", due.ConvertAll(each => each.Value));
    }

    private static UtteranceStarted Started(int utterance, int? rate)
    {
        var fields = Of("utterance.started", utterance);
        fields["turn"] = 1.0;
        fields["actor_id"] = "ada";
        if (rate != null) fields["rate"] = (double)rate;
        return new UtteranceStarted(new JsonFields(fields));
    }

    private static UtteranceText Text(int utterance, int timeMs, string text)
    {
        var fields = Of("utterance.text", utterance);
        fields["t_ms"] = (double)timeMs;
        fields["text"] = text;
        return new UtteranceText(new JsonFields(fields));
    }

    /// <summary>Each cue as "kind time value".</summary>
    private static UtteranceCues Cues(int utterance, params string[] cues)
    {
        var fields = Of("utterance.cues", utterance);
        fields["cues"] = new List<object>(Array.ConvertAll(cues, Cue));
        return new UtteranceCues(new JsonFields(fields));
    }

    private static object Cue(string words)
    {
        var parts = words.Split(' ');
        return Args("kind", parts[0], "t_ms", double.Parse(parts[1]), "value", parts[2]);
    }

    private static UtteranceAudio Audio(int utterance, int first, short[] samples)
    {
        var frame = new byte[8 + samples.Length * 2];
        BitConverter.GetBytes(utterance).CopyTo(frame, 0);
        BitConverter.GetBytes(first).CopyTo(frame, 4);
        Buffer.BlockCopy(samples, 0, frame, 8, samples.Length * 2);
        return new UtteranceAudio(frame, frame.Length);
    }

    private static UtteranceCompleted Completed(int utterance, string reason)
    {
        var fields = Of("utterance.completed", utterance);
        fields["reason"] = reason;
        fields["text"] = fields["heard_text"] = "";
        fields["duration_ms"] = 0.0;
        return new UtteranceCompleted(new JsonFields(fields));
    }

    private static Dictionary<string, object> Of(string type, int utterance)
    {
        return new Dictionary<string, object> { ["type"] = type, ["utterance"] = (double)utterance };
    }
}
