#include "NpcFaceComponent.h"

#include "Components/SkeletalMeshComponent.h"
#include "Engine/GameInstance.h"
#include "Engine/World.h"
#include "GameFramework/Actor.h"

#include "NpcEngineClient.h"
#include "NpcWords.h"

UNpcFaceComponent::UNpcFaceComponent()
{
	PrimaryComponentTick.bCanEverTick = true;
}

void UNpcFaceComponent::BeginPlay()
{
	Super::BeginPlay();
	auto* Client = GetWorld()->GetGameInstance()->GetSubsystem<UNpcEngineClient>();
	Client->OnCue.AddDynamic(this, &UNpcFaceComponent::HearCue);
	Client->OnUtteranceCompleted.AddDynamic(this, &UNpcFaceComponent::HearEnd);
}

void UNpcFaceComponent::HearCue(const FNpcCue& Cue)
{
	if (Cue.ActorId == ActorId && Cue.Kind == TEXT("viseme")) Face.Show(Plain(Cue.Value), Cue.Weight);
}

void UNpcFaceComponent::HearEnd(int32 Utterance, const FString& Reason, const FString& Text, const FString& HeardText)
{
	// One that was heard to its end ends by a cue of its own.
	if (Reason != TEXT("done")) Face.Show("sil");
}

void UNpcFaceComponent::TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction)
{
	Super::TickComponent(DeltaTime, TickType, ThisTickFunction);
	Face.Tick(DeltaTime);
	auto* Mesh = GetOwner()->FindComponentByClass<USkeletalMeshComponent>();
	if (!Mesh) return;
	for (std::size_t Index = 0; Index < npc::visemes.size(); ++Index)
	{
		const FString Viseme = Unreal(std::string(npc::visemes[Index]));
		Mesh->SetMorphTarget(MorphTargetOf(Viseme), static_cast<float>(Face.Weights()[Index]));
	}
}

FName UNpcFaceComponent::MorphTargetOf(const FString& Viseme) const
{
	const FName* Named = MorphTargets.Find(Viseme);
	return Named ? *Named : FName(*(FString(TEXT("viseme_")) + Viseme));
}

float UNpcFaceComponent::GetWeight(const FString& Viseme) const
{
	for (std::size_t Index = 0; Index < npc::visemes.size(); ++Index)
	{
		if (Plain(Viseme) == npc::visemes[Index]) return static_cast<float>(Face.Weights()[Index]);
	}
	return 0;
}
