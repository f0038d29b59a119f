// Sends what the player says. One for each player; open it when the player may speak.

#pragma once

#include "AudioCaptureCore.h"
#include "CoreMinimal.h"
#include "Components/ActorComponent.h"

#include <memory>

#include "Npc/Microphone.h"

#include "NpcMicrophoneComponent.generated.h"

UCLASS(ClassGroup = (Npc), meta = (BlueprintSpawnableComponent))
class NPCENGINE_API UNpcMicrophoneComponent : public UActorComponent
{
	GENERATED_BODY()

public:
	UNpcMicrophoneComponent();

	/** Whether a microphone could be opened. */
	UFUNCTION(BlueprintCallable, Category = "Npc")
	bool OpenMicrophone();

	/** With push-to-talk, CommitSpeech of the client says that the line is over. */
	UFUNCTION(BlueprintCallable, Category = "Npc")
	void CloseMicrophone();

	virtual void TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction) override;

protected:
	virtual void EndPlay(const EEndPlayReason::Type Reason) override;

private:
	Audio::FAudioCapture Capture;
	// Shared with the thread of the microphone.
	std::shared_ptr<npc::Microphone> Microphone;
};
