// Moves a character's mouth as it is heard: morph targets of the skeletal mesh beside it.

#pragma once

#include "CoreMinimal.h"
#include "Components/ActorComponent.h"

#include "Npc/Face.h"
#include "NpcTypes.h"

#include "NpcFaceComponent.generated.h"

UCLASS(ClassGroup = (Npc), meta = (BlueprintSpawnableComponent))
class NPCENGINE_API UNpcFaceComponent : public UActorComponent
{
	GENERATED_BODY()

public:
	UNpcFaceComponent();

	/** Whose face it is. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	FString ActorId;

	/** Morph target by viseme; what is not listed is `viseme_` and the id, as in `viseme_aa`. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Npc")
	TMap<FString, FName> MorphTargets;

	/** From 0 to 1: how far one of `sil PP FF TH DD kk CH SS nn RR aa E I O U` is shown, for curves of your own. */
	UFUNCTION(BlueprintPure, Category = "Npc")
	float GetWeight(const FString& Viseme) const;

	virtual void TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction) override;

protected:
	virtual void BeginPlay() override;

private:
	UFUNCTION()
	void HearCue(const FNpcCue& Cue);

	UFUNCTION()
	void HearEnd(int32 Utterance, const FString& Reason, const FString& Text, const FString& HeardText);

	FName MorphTargetOf(const FString& Viseme) const;

	npc::Face Face;
};
