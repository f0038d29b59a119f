// Plays what one character says, where it stands. Attach it to the character; attenuation and effects are the engine's.

#pragma once

#include "CoreMinimal.h"
#include "Components/SynthComponent.h"

#include <memory>

#include "Npc/Voice.h"

#include "NpcVoiceComponent.generated.h"

UCLASS(ClassGroup = (Npc), meta = (BlueprintSpawnableComponent))
class NPCENGINE_API UNpcVoiceComponent : public USynthComponent
{
	GENERATED_BODY()

public:
	/** Whose voice it is: as in the session's Characters. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString ActorId;

	/** Seconds that the sound card holds ready: speech counts as heard, and cues come, so much later. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	float Latency = 0.04f;

protected:
	virtual void BeginPlay() override;
	virtual bool Init(int32& SampleRate) override;
	virtual int32 OnGenerateAudio(float* OutAudio, int32 NumSamples) override;

private:
	std::shared_ptr<npc::Voice> Voice;
};
