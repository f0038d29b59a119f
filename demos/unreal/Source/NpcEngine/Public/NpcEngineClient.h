// The game's session with an npc-engine server: one for each game instance, kept over levels and broken connections.

#pragma once

#include "CoreMinimal.h"
#include "Containers/Ticker.h"
#include "Subsystems/GameInstanceSubsystem.h"

#include <memory>

#include "Npc/Session.h"
#include "NpcTypes.h"

#include "NpcEngineClient.generated.h"

class FNpcSocket;

DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FNpcStateEvent, ENpcState, State);
DECLARE_DYNAMIC_MULTICAST_DELEGATE(FNpcEvent);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FNpcTextEvent, const FString&, Text);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FNpcMillisecondsEvent, int32, AtMs);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FNpcOpenedEvent, const FString&, SessionId, const FString&, Label, bool, bResumed);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FNpcErrorEvent, const FString&, Code, const FString&, Message, bool, bFatal);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FNpcTranscriptEvent, const FString&, Text, int32, Turn);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FNpcTurnEvent, int32, Turn, const FString&, ActorId);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FNpcTurnCompletedEvent, int32, Turn, int32, VoiceToVoiceMs);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FNpcUtteranceEvent, int32, Utterance, const FString&, ActorId, int32, Turn);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FNpcClauseEvent, int32, Utterance, const FString&, Text, int32, AtMs);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_FourParams(FNpcUtteranceCompletedEvent, int32, Utterance, const FString&, Reason, const FString&, Text, const FString&, HeardText);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FNpcCueEvent, const FNpcCue&, Cue);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FNpcActionEvent, const FNpcActionRequest&, Request);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FNpcQuestEvent, const FString&, Quest, const FString&, Stage, const FString&, Status);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FNpcMessageEvent, const FString&, Type, const FString&, Json);
DECLARE_DYNAMIC_DELEGATE_RetVal_OneParam(FNpcActionResult, FNpcAction, const FNpcActionRequest&, Request);

UCLASS()
class NPCENGINE_API UNpcEngineClient : public UGameInstanceSubsystem
{
	GENERATED_BODY()

public:
	virtual void Initialize(FSubsystemCollectionBase& Collection) override;
	virtual void Deinitialize() override;

	/** From now on there is a session, or an attempt at one, until CloseSession. */
	UFUNCTION(BlueprintCallable, Category = "Npc")
	void OpenSession(const FNpcSettings& Settings);

	/** An orderly end: what was heard is remembered. */
	UFUNCTION(BlueprintCallable, Category = "Npc")
	void CloseSession();

	UFUNCTION(BlueprintPure, Category = "Npc")
	ENpcState GetState() const;

	/** Show this to the player: it says that words and voices are made by AI. */
	UFUNCTION(BlueprintPure, Category = "Npc")
	FString GetLabel() const { return Label; }

	// The player. What is sent waits for the session, and is sent again if it got lost; the ids come back as `ref`.

	/** A typed line. Without To the scene decides who answers. */
	UFUNCTION(BlueprintCallable, Category = "Npc")
	FString SendText(const FString& Text, const FString& To);

	/** Push-to-talk was released. */
	UFUNCTION(BlueprintCallable, Category = "Npc")
	void CommitSpeech();

	/** Throw away what was said and not answered yet. */
	UFUNCTION(BlueprintCallable, Category = "Npc")
	void ClearSpeech();

	/** PCM s16le, mono, 16 kHz: see UNpcMicrophoneComponent. */
	void SendAudio(const uint8* Pcm, int32 Bytes);

	// The world: state by path, of which the last value wins. A new session begins with all of it.

	UFUNCTION(BlueprintCallable, Category = "Npc|World")
	void SetWorldText(const FString& Path, const FString& Value);

	UFUNCTION(BlueprintCallable, Category = "Npc|World")
	void SetWorldNumber(const FString& Path, double Value);

	UFUNCTION(BlueprintCallable, Category = "Npc|World")
	void SetWorldFlag(const FString& Path, bool bValue);

	UFUNCTION(BlueprintCallable, Category = "Npc|World")
	void SetWorldList(const FString& Path, const TArray<FString>& Values);

	UFUNCTION(BlueprintCallable, Category = "Npc|World")
	void RemoveFromWorld(const FString& Path);

	/** Several at once, in C++. */
	void SetWorld(npc::Json::Object Values);

	/** Something happened; the characters in earshot know it from now on. */
	UFUNCTION(BlueprintCallable, Category = "Npc|World")
	FString TellEvent(const FString& Name, const FString& Text, ENpcRespond Respond, const FString& To);

	// Characters

	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString Join(const FString& ActorId, const FString& Persona);

	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString Leave(const FString& ActorId);

	/** The player looks at or nears a character: its answer is prepared. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString Focus(const FString& ActorId, float Weight);

	/** A scripted scene owns this character until Release. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString Claim(const FString& ActorId, const FString& Reason);

	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString Release(const FString& ActorId, const FString& Reason);

	/** Speak exactly this. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString Say(const FString& ActorId, const FString& Text, ENpcPriority Priority);

	/** Have a character do one of these actions. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString Act(const FString& ActorId, const TArray<FString>& Actions, const FString& Text, ENpcPriority Priority);

	/** Stop talking now. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Characters")
	FString CancelReply();

	// Actions that characters ask for

	/** Do the action of this name by calling a function. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Actions")
	void BindAction(const FString& Name, FNpcAction Action);

	/** The result of an action that nothing is bound to. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Actions")
	void Answer(const FString& ActionId, const FNpcActionResult& Result);

	// Saves

	/** Ask for an id for the game's own savefile; OnSaveCreated has it. */
	UFUNCTION(BlueprintCallable, Category = "Npc|Saves")
	FString CreateSave(const FString& SaveLabel);

	UFUNCTION(BlueprintCallable, Category = "Npc|Saves")
	FString LoadSave(const FString& SaveId);

	/** Any message of the protocol, in C++. */
	FString Send(npc::Json Message);

	/** What a character says, for UNpcVoiceComponent. */
	std::shared_ptr<npc::Voice> VoiceOf(const FString& ActorId);

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcStateEvent OnStateChanged;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcOpenedEvent OnSessionOpened;

	/** The server does not know the session any more; a new one is being opened. */
	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcEvent OnSessionLost;

	/** Nothing is tried any more: the error's code. */
	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTextEvent OnEnded;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTextEvent OnSessionClosing;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcErrorEvent OnError;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcMillisecondsEvent OnSpeechStarted;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcMillisecondsEvent OnSpeechStopped;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTranscriptEvent OnTranscriptPartial;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTranscriptEvent OnTranscriptFinal;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTurnEvent OnTurnStarted;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTurnCompletedEvent OnTurnCompleted;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcUtteranceEvent OnUtteranceStarted;

	/** One clause, for subtitles, before it is heard; OnCue tells its words as they are. */
	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcClauseEvent OnUtteranceText;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcUtteranceCompletedEvent OnUtteranceCompleted;

	/** A cue whose moment is heard now. None of an interrupted utterance comes any more. */
	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcCueEvent OnCue;

	/** An action that nothing is bound to: Answer it. */
	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcActionEvent OnActionRequested;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcQuestEvent OnQuestChanged;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTextEvent OnSaveCreated;

	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcTextEvent OnSaveLoaded;

	/** Every message as it came. */
	UPROPERTY(BlueprintAssignable, Category = "Npc")
	FNpcMessageEvent OnMessage;

private:
	npc::Game MakeGame();
	bool Tick(float Seconds);
	void Tell(const npc::Json& Message);
	void TellSpeech(const std::string& Type, const npc::Json& Message);
	FString SendAbout(const char* Type, const FString& ActorId, const char* Field, const FString& Value);

	// Shared, for code that the engine generates must be able to destroy what it has no definition of.
	std::shared_ptr<FNpcSocket> Socket;
	std::shared_ptr<npc::Session> Session;
	FTSTicker::FDelegateHandle Ticking;
	FString Label;
};
