// What a game and the server tell each other, as Blueprints see it. The words are those of the protocol `npc.v1`.

#pragma once

#include "CoreMinimal.h"

#include "NpcTypes.generated.h"

/** How a session begins. */
USTRUCT(BlueprintType)
struct FNpcSettings
{
	GENERATED_BODY()

	/** The server: `ws://127.0.0.1:8765/v1`. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString Url = TEXT("ws://127.0.0.1:8765/v1");

	/** The server's token, if it has one. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString Token;

	/** The game's own key of the player. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString PlayerId = TEXT("player");

	/** What characters call the player. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString PlayerName;

	/** Two letters; without it the first utterance decides. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString Language;

	/** Persona by `actor_id`, in the order in which they answer a line that names nobody. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	TMap<FString, FString> Characters;

	/** What characters may ask the game to do, besides what their persona files say: a JSON list of declared actions. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString Actions;

	/** Whether the server finds the ends of utterances; else CommitSpeech does. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	bool bHandsFree = true;
};

/** Something on a character's timeline, told when it is heard. */
USTRUCT(BlueprintType)
struct FNpcCue
{
	GENERATED_BODY()

	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	FString ActorId;

	/** viseme, word, emotion, gesture, look or action */
	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	FString Kind;

	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	FString Value;

	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	float Seconds = 0;

	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	float Weight = 1;
};

/** What a character asks the game to do. */
USTRUCT(BlueprintType)
struct FNpcActionRequest
{
	GENERATED_BODY()

	/** For Answer. */
	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	FString ActionId;

	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	FString ActorId;

	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	FString Name;

	/** By the arguments' names; numbers as text. */
	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	TMap<FString, FString> Arguments;

	/** No answer within this time counts as failed. */
	UPROPERTY(BlueprintReadOnly, Category = "Npc")
	float Seconds = 0;
};

UENUM(BlueprintType)
enum class ENpcOutcome : uint8
{
	Done,
	Refused,
	Failed,
};

/** What the game did. */
USTRUCT(BlueprintType)
struct FNpcActionResult
{
	GENERATED_BODY()

	UPROPERTY(BlueprintReadWrite, Category = "Npc")
	ENpcOutcome Outcome = ENpcOutcome::Done;

	/** Why, in a sentence for the character. */
	UPROPERTY(BlueprintReadWrite, Category = "Npc")
	FString Detail;
};

UENUM(BlueprintType)
enum class ENpcState : uint8
{
	Idle,
	Waiting,
	Connecting,
	Opening,
	Open,
};

UENUM(BlueprintType)
enum class ENpcRespond : uint8
{
	Silent,
	Auto,
	Must,
};

UENUM(BlueprintType)
enum class ENpcPriority : uint8
{
	Low,
	Normal,
	High,
	Critical,
};
