#include "NpcEngineClient.h"

#include "HAL/PlatformTime.h"

#include "NpcSocket.h"
#include "NpcWords.h"

using npc::Json;

void UNpcEngineClient::Initialize(FSubsystemCollectionBase& Collection)
{
	Super::Initialize(Collection);
	Socket = std::make_shared<FNpcSocket>();
	Session = std::make_shared<npc::Session>(*Socket, MakeGame());
	Socket->Session = Session.get();
	// Not the world's tick: the session goes on while the game is paused or travels to another level.
	Ticking = FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateUObject(this, &UNpcEngineClient::Tick));
}

void UNpcEngineClient::Deinitialize()
{
	FTSTicker::GetCoreTicker().RemoveTicker(Ticking);
	Session->Close();
	Super::Deinitialize();
}

void UNpcEngineClient::OpenSession(const FNpcSettings& Settings)
{
	Socket->Url = Settings.Url;
	Session->Open(ReadSettings(Settings));
}

void UNpcEngineClient::CloseSession()
{
	Session->Close();
}

ENpcState UNpcEngineClient::GetState() const
{
	return static_cast<ENpcState>(Session->Current());
}

bool UNpcEngineClient::Tick(float Seconds)
{
	Session->Poll(FPlatformTime::Seconds());
	return true;
}

// What the game tells

FString UNpcEngineClient::Send(Json Message)
{
	return Unreal(Session->Send(MoveTemp(Message)));
}

FString UNpcEngineClient::SendText(const FString& Text, const FString& To)
{
	return Unreal(Session->SendText(Plain(Text), Plain(To)));
}

void UNpcEngineClient::CommitSpeech()
{
	Session->CommitSpeech();
}

void UNpcEngineClient::ClearSpeech()
{
	Session->ClearSpeech();
}

void UNpcEngineClient::SendAudio(const uint8* Pcm, int32 Bytes)
{
	Session->SendAudio(Pcm, static_cast<std::size_t>(Bytes));
}

void UNpcEngineClient::SetWorld(Json::Object Values)
{
	Session->SetWorld(MoveTemp(Values));
}

void UNpcEngineClient::SetWorldText(const FString& Path, const FString& Value)
{
	SetWorld({{Plain(Path), Plain(Value)}});
}

void UNpcEngineClient::SetWorldNumber(const FString& Path, double Value)
{
	SetWorld({{Plain(Path), Value}});
}

void UNpcEngineClient::SetWorldFlag(const FString& Path, bool bValue)
{
	SetWorld({{Plain(Path), bValue}});
}

void UNpcEngineClient::SetWorldList(const FString& Path, const TArray<FString>& Values)
{
	Json::List List;
	for (const FString& Each : Values) List.push_back(Plain(Each));
	SetWorld({{Plain(Path), MoveTemp(List)}});
}

void UNpcEngineClient::RemoveFromWorld(const FString& Path)
{
	SetWorld({{Plain(Path), Json()}});
}

FString UNpcEngineClient::TellEvent(const FString& Name, const FString& Text, ENpcRespond Respond, const FString& To)
{
	Json Message = npc::Session::Message("world.event");
	Message.Set("name", Plain(Name));
	if (!Text.IsEmpty()) Message.Set("text", Plain(Text));
	Message.Set("respond", Named(Respond));
	if (!To.IsEmpty()) Message.Set("to", Plain(To));
	return Send(MoveTemp(Message));
}

FString UNpcEngineClient::SendAbout(const char* Type, const FString& ActorId, const char* Field, const FString& Value)
{
	Json Message = npc::Session::Message(Type);
	Message.Set("actor_id", Plain(ActorId));
	if (!Value.IsEmpty()) Message.Set(Field, Plain(Value));
	return Send(MoveTemp(Message));
}

FString UNpcEngineClient::Join(const FString& ActorId, const FString& Persona)
{
	return SendAbout("character.join", ActorId, "persona", Persona);
}

FString UNpcEngineClient::Leave(const FString& ActorId)
{
	return SendAbout("character.leave", ActorId, "", FString());
}

FString UNpcEngineClient::Claim(const FString& ActorId, const FString& Reason)
{
	return SendAbout("character.claim", ActorId, "reason", Reason);
}

FString UNpcEngineClient::Release(const FString& ActorId, const FString& Reason)
{
	return SendAbout("character.release", ActorId, "reason", Reason);
}

FString UNpcEngineClient::Focus(const FString& ActorId, float Weight)
{
	Json Message = npc::Session::Message("character.focus");
	Message.Set("actor_id", Plain(ActorId));
	Message.Set("weight", static_cast<double>(FMath::Clamp(Weight, 0.0f, 1.0f)));
	return Send(MoveTemp(Message));
}

FString UNpcEngineClient::Say(const FString& ActorId, const FString& Text, ENpcPriority Priority)
{
	Json Message = npc::Session::Message("say");
	Message.Set("actor_id", Plain(ActorId));
	Message.Set("text", Plain(Text));
	Message.Set("priority", Named(Priority));
	return Send(MoveTemp(Message));
}

FString UNpcEngineClient::Act(const FString& ActorId, const TArray<FString>& Actions, const FString& Text, ENpcPriority Priority)
{
	Json::List Names;
	for (const FString& Each : Actions) Names.push_back(Plain(Each));
	Json Message = npc::Session::Message("character.act");
	Message.Set("actor_id", Plain(ActorId));
	Message.Set("actions", MoveTemp(Names));
	Message.Set("text", Plain(Text));
	Message.Set("priority", Named(Priority));
	return Send(MoveTemp(Message));
}

FString UNpcEngineClient::CancelReply()
{
	return Unreal(Session->StopTalking());
}

void UNpcEngineClient::BindAction(const FString& Name, FNpcAction Action)
{
	Session->Bind(Plain(Name),
		[Action](const Json& Asked)
		{
			const FNpcActionRequest Request = ReadRequest(Asked);
			return Action.IsBound() ? PlainResult(Action.Execute(Request)) : npc::ActionResult{"failed", ""};
		});
}

void UNpcEngineClient::Answer(const FString& ActionId, const FNpcActionResult& Result)
{
	Session->Answer(Plain(ActionId), PlainResult(Result));
}

FString UNpcEngineClient::CreateSave(const FString& SaveLabel)
{
	Json Message = npc::Session::Message("save.create");
	if (!SaveLabel.IsEmpty()) Message.Set("label", Plain(SaveLabel));
	return Send(MoveTemp(Message));
}

FString UNpcEngineClient::LoadSave(const FString& SaveId)
{
	Json Message = npc::Session::Message("save.load");
	Message.Set("save_id", Plain(SaveId));
	return Send(MoveTemp(Message));
}

std::shared_ptr<npc::Voice> UNpcEngineClient::VoiceOf(const FString& ActorId)
{
	return Session->VoiceOf(Plain(ActorId));
}

// What the game hears

npc::Game UNpcEngineClient::MakeGame()
{
	npc::Game Game;
	Game.onMessage = [this](const Json& Message) { Tell(Message); };
	Game.onState = [this](npc::State State) { OnStateChanged.Broadcast(static_cast<ENpcState>(State)); };
	Game.onLost = [this] { OnSessionLost.Broadcast(); };
	Game.onEnded = [this](const std::string& Code) { OnEnded.Broadcast(Unreal(Code)); };
	Game.onCue = [this](const std::string& Actor, const npc::Cue& Heard)
	{
		FNpcCue Cue;
		Cue.ActorId = Unreal(Actor);
		Cue.Kind = Unreal(Heard.kind);
		Cue.Value = Unreal(Heard.value);
		Cue.Seconds = static_cast<float>(Heard.durationMs) / 1000.0f;
		Cue.Weight = static_cast<float>(Heard.weight);
		OnCue.Broadcast(Cue);
	};
	return Game;
}

void UNpcEngineClient::Tell(const Json& Message)
{
	const std::string& Type = Message["type"].Text();
	OnMessage.Broadcast(Unreal(Type), Unreal(Message.Write()));
	if (Type == "session.opened")
	{
		Label = Unreal(Message["label"].Text());
		OnSessionOpened.Broadcast(Unreal(Message["session_id"].Text()), Label, Message["resumed"].Bool());
	}
	else if (Type == "session.closing") OnSessionClosing.Broadcast(Unreal(Message["reason"].Text()));
	else if (Type == "error")
	{
		OnError.Broadcast(Unreal(Message["code"].Text()), Unreal(Message["message"].Text()), Message["fatal"].Bool());
	}
	else if (Type == "action.requested")
	{
		if (!Session->HasAction(Message["name"].Text())) OnActionRequested.Broadcast(ReadRequest(Message));
	}
	else if (Type == "quest.changed")
	{
		OnQuestChanged.Broadcast(
			Unreal(Message["quest"].Text()), Unreal(Message["stage"].Text()), Unreal(Message["status"].Text()));
	}
	else if (Type == "save.created") OnSaveCreated.Broadcast(Unreal(Message["save_id"].Text()));
	else if (Type == "save.loaded") OnSaveLoaded.Broadcast(Unreal(Message["save_id"].Text()));
	else TellSpeech(Type, Message);
}

void UNpcEngineClient::TellSpeech(const std::string& Type, const Json& Message)
{
	const auto Number = [&Message](const char* Field) { return static_cast<int32>(Message[Field].Whole()); };
	const auto Text = [&Message](const char* Field) { return Unreal(Message[Field].Text()); };
	if (Type == "input.speech_started") OnSpeechStarted.Broadcast(Number("at_ms"));
	else if (Type == "input.speech_stopped") OnSpeechStopped.Broadcast(Number("at_ms"));
	else if (Type == "transcript.partial") OnTranscriptPartial.Broadcast(Text("text"), Number("turn"));
	else if (Type == "transcript.final") OnTranscriptFinal.Broadcast(Text("text"), Number("turn"));
	else if (Type == "turn.started") OnTurnStarted.Broadcast(Number("turn"), Text("actor_id"));
	else if (Type == "turn.completed")
	{
		OnTurnCompleted.Broadcast(Number("turn"), static_cast<int32>(Message["metrics"]["voice_to_voice_ms"].Whole()));
	}
	else if (Type == "utterance.started") OnUtteranceStarted.Broadcast(Number("utterance"), Text("actor_id"), Number("turn"));
	else if (Type == "utterance.text") OnUtteranceText.Broadcast(Number("utterance"), Text("text"), Number("t_ms"));
	else if (Type == "utterance.completed")
	{
		OnUtteranceCompleted.Broadcast(Number("utterance"), Text("reason"), Text("text"), Text("heard_text"));
	}
}
