#include "NpcVoiceComponent.h"

#include "Engine/GameInstance.h"
#include "Engine/World.h"

#include "NpcEngineClient.h"

void UNpcVoiceComponent::BeginPlay()
{
	Super::BeginPlay();
	Voice = GetWorld()->GetGameInstance()->GetSubsystem<UNpcEngineClient>()->VoiceOf(ActorId);
	Voice->SetLatency(static_cast<std::size_t>(Latency * static_cast<float>(npc::Options().voiceRate)));
	Start();
}

bool UNpcVoiceComponent::Init(int32& SampleRate)
{
	SampleRate = npc::Options().voiceRate;
	NumChannels = 1;
	return true;
}

int32 UNpcVoiceComponent::OnGenerateAudio(float* OutAudio, int32 NumSamples)
{
	// Runs on the audio thread, from Start on: by then there is a voice.
	Voice->Play(OutAudio, static_cast<std::size_t>(NumSamples));
	return NumSamples;
}
