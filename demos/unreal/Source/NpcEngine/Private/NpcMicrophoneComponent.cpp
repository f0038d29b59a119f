#include "NpcMicrophoneComponent.h"

#include "Engine/GameInstance.h"
#include "Engine/World.h"

#include "NpcEngineClient.h"

UNpcMicrophoneComponent::UNpcMicrophoneComponent()
	: Microphone(std::make_shared<npc::Microphone>(npc::Options().microphoneRate))
{
	PrimaryComponentTick.bCanEverTick = true;
}

bool UNpcMicrophoneComponent::OpenMicrophone()
{
	constexpr uint32 FramesAtOnce = 1024;
	Microphone->Clear();
	auto Hear = [Heard = Microphone](const void* Samples, int32 Frames, int32 Channels, int32 Rate, double, bool)
	{ Heard->Hear(static_cast<const float*>(Samples), static_cast<std::size_t>(Frames), Channels, Rate); };
	return Capture.OpenAudioCaptureStream(Audio::FAudioCaptureDeviceParams(), MoveTemp(Hear), FramesAtOnce) && Capture.StartStream();
}

void UNpcMicrophoneComponent::CloseMicrophone()
{
	Capture.StopStream();
	Capture.CloseStream();
}

void UNpcMicrophoneComponent::TickComponent(
	float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction)
{
	Super::TickComponent(DeltaTime, TickType, ThisTickFunction);
	auto* Client = GetWorld()->GetGameInstance()->GetSubsystem<UNpcEngineClient>();
	for (auto Frame = Microphone->Take(); !Frame.empty(); Frame = Microphone->Take())
	{
		Client->SendAudio(Frame.data(), static_cast<int32>(Frame.size()));
	}
}

void UNpcMicrophoneComponent::EndPlay(const EEndPlayReason::Type Reason)
{
	CloseMicrophone();
	Super::EndPlay(Reason);
}
