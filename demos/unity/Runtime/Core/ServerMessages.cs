using System.Collections.Generic;

namespace NpcEngine
{
    /// <summary>
    /// The session stands. Show the Label to the player: it says that words and voices are made by AI.
    /// </summary>
    public sealed class SessionOpened : NpcMessage
    {
        public readonly string SessionId, Server, Label;

        /// <summary>Whether this is the session that was lost; if not, and there was one, it is gone.</summary>
        public readonly bool Resumed;

        /// <summary>Whether an earlier story goes on.</summary>
        public readonly bool Continued;

        public readonly IReadOnlyDictionary<string, string> Models;
        public readonly IReadOnlyList<OpenedCharacter> Characters;

        /// <summary>Samples per second of the microphone, as agreed.</summary>
        public readonly int InputRate;

        /// <summary>Samples per second of all speech; null if each utterance has its voice's own.</summary>
        public readonly int? OutputRate;

        public readonly string Encoding;

        internal readonly string ResumeToken;

        internal SessionOpened(JsonFields fields) : base(fields)
        {
            SessionId = fields.Text("session_id");
            ResumeToken = fields.Text("resume_token");
            Server = fields.Text("server");
            Label = fields.Text("label");
            Resumed = fields.Flag("resumed");
            Continued = fields.Flag("continued");
            Models = fields.Map("models", name => JsonFields.Wanted<string>("models", name));
            Characters = fields.Objects("characters", each => new OpenedCharacter(each));
            var audio = new JsonFields(fields.Object("audio"));
            InputRate = audio.Whole("input_rate");
            OutputRate = audio.WholeOrNull("output_rate");
            Encoding = audio.Text("encoding");
        }
    }

    /// <summary>A character as the server knows it.</summary>
    public sealed class OpenedCharacter
    {
        public readonly string ActorId, Name;

        /// <summary>Of the name, as #rrggbb.</summary>
        public readonly string Color;

        public readonly IReadOnlyList<string> Languages, Actions;

        internal OpenedCharacter(JsonFields fields)
        {
            ActorId = fields.Text("actor_id");
            Name = fields.Text("name");
            Color = fields.Text("color");
            Languages = fields.Texts("languages");
            Actions = fields.Texts("actions");
        }
    }

    /// <summary>The server is about to close the connection. The client comes back by itself.</summary>
    public sealed class SessionClosing : NpcMessage
    {
        public readonly string Reason;
        public readonly int? ReconnectAfterMs;

        internal SessionClosing(JsonFields fields) : base(fields)
        {
            Reason = fields.Text("reason");
            ReconnectAfterMs = fields.WholeOrNull("reconnect_after_ms");
        }
    }

    /// <summary>Something was wrong; Message says what to do. The session goes on unless Fatal.</summary>
    public sealed class NpcError : NpcMessage
    {
        public readonly string Code, Message;
        public readonly bool Fatal;
        public readonly int? RetryAfterMs;

        internal NpcError(JsonFields fields) : base(fields)
        {
            Code = fields.Text("code");
            Message = fields.Text("message");
            Fatal = fields.Flag("fatal");
            RetryAfterMs = fields.WholeOrNull("retry_after_ms");
        }
    }

    /// <summary>The player began to speak, AtMs into the microphone's audio.</summary>
    public sealed class InputSpeechStarted : NpcMessage
    {
        public readonly int AtMs;

        internal InputSpeechStarted(JsonFields fields) : base(fields)
        {
            AtMs = fields.Whole("at_ms");
        }
    }

    /// <summary>The player stopped speaking, AtMs into the microphone's audio.</summary>
    public sealed class InputSpeechStopped : NpcMessage
    {
        public readonly int AtMs;

        internal InputSpeechStopped(JsonFields fields) : base(fields)
        {
            AtMs = fields.Whole("at_ms");
        }
    }

    /// <summary>What was understood so far; may change.</summary>
    public sealed class TranscriptPartial : NpcMessage
    {
        public readonly string Text;
        public readonly int Turn;

        internal TranscriptPartial(JsonFields fields) : base(fields)
        {
            Text = fields.Text("text");
            Turn = fields.Whole("turn");
        }
    }

    /// <summary>What the player said. One with the same Turn again replaces it.</summary>
    public sealed class TranscriptFinal : NpcMessage
    {
        public readonly string Text, Language;
        public readonly int Turn, AudioMs;

        internal TranscriptFinal(JsonFields fields) : base(fields)
        {
            Text = fields.Text("text");
            Language = fields.Text("language");
            Turn = fields.Whole("turn");
            AudioMs = fields.Whole("audio_ms");
        }
    }

    /// <summary>A character is thinking.</summary>
    public sealed class TurnStarted : NpcMessage
    {
        public readonly int Turn;
        public readonly string ActorId;

        internal TurnStarted(JsonFields fields) : base(fields)
        {
            Turn = fields.Whole("turn");
            ActorId = fields.Text("actor_id");
        }
    }

    /// <summary>The exchange is over.</summary>
    public sealed class TurnCompleted : NpcMessage
    {
        public readonly int Turn;

        /// <summary>Milliseconds by stage, such as "voice_to_voice_ms".</summary>
        public readonly IReadOnlyDictionary<string, int> Metrics;

        /// <summary>When each stage took place; they overlap.</summary>
        public readonly IReadOnlyList<TurnSpan> Timeline;

        internal TurnCompleted(JsonFields fields) : base(fields)
        {
            Turn = fields.Whole("turn");
            Metrics = fields.Map("metrics", value => JsonFields.ToWhole("metrics", value));
            Timeline = fields.Objects("timeline", each => new TurnSpan(each));
        }
    }

    /// <summary>A stage of a turn, from the end of the player's speech.</summary>
    public sealed class TurnSpan
    {
        public readonly string Stage;
        public readonly int StartMs, EndMs;

        internal TurnSpan(JsonFields fields)
        {
            Stage = fields.Text("stage");
            StartMs = fields.Whole("start_ms");
            EndMs = fields.Whole("end_ms");
        }
    }

    /// <summary>The character wants to do something; the game decides, and answers with ActionResult.</summary>
    public sealed class ActionRequested : NpcMessage
    {
        public readonly string ActionId, ActorId, Name;

        /// <summary>Text, number, bool, or list of text.</summary>
        public readonly IReadOnlyDictionary<string, object> Args;

        public readonly int DeadlineMs;

        internal ActionRequested(JsonFields fields) : base(fields)
        {
            ActionId = fields.Text("action_id");
            ActorId = fields.Text("actor_id");
            Name = fields.Text("name");
            Args = fields.Object("args");
            DeadlineMs = fields.Whole("deadline_ms");
        }
    }

    /// <summary>A quest moved.</summary>
    public sealed class QuestChanged : NpcMessage
    {
        public readonly string Quest, Stage, Status;

        internal QuestChanged(JsonFields fields) : base(fields)
        {
            Quest = fields.Text("quest");
            Stage = fields.Text("stage");
            Status = fields.Text("status");
        }
    }

    /// <summary>The save exists; keep its id in the game's own savefile.</summary>
    public sealed class SaveCreated : NpcMessage
    {
        public readonly string SaveId;

        internal SaveCreated(JsonFields fields) : base(fields)
        {
            SaveId = fields.Text("save_id");
        }
    }

    /// <summary>The past is present again. Set the world as your savefile has it.</summary>
    public sealed class SaveLoaded : NpcMessage
    {
        public readonly string SaveId;

        internal SaveLoaded(JsonFields fields) : base(fields)
        {
            SaveId = fields.Text("save_id");
        }
    }

    /// <summary>Answers this client's own pings.</summary>
    public sealed class Pong : NpcMessage
    {
        internal Pong(JsonFields fields) : base(fields)
        {
        }
    }
}
