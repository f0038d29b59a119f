// Texts and structures of the engine as those of the protocol, and back.

#pragma once

#include "CoreMinimal.h"

#include <string>

#include "Npc/Contract.h"
#include "NpcTypes.h"

inline std::string Plain(const FString& Text)
{
	const FTCHARToUTF8 Utf8(*Text);
	return std::string(Utf8.Get(), static_cast<std::size_t>(Utf8.Length()));
}

inline FString Unreal(const std::string& Text)
{
	return FString(UTF8_TO_TCHAR(Text.c_str()));
}

inline FNpcActionRequest ReadRequest(const npc::Json& Message)
{
	FNpcActionRequest Request;
	Request.ActionId = Unreal(Message["action_id"].Text());
	Request.ActorId = Unreal(Message["actor_id"].Text());
	Request.Name = Unreal(Message["name"].Text());
	Request.Seconds = static_cast<float>(Message["deadline_ms"].Number() / 1000);
	for (const auto& [Name, Value] : Message["args"].Fields())
	{
		Request.Arguments.Add(Unreal(Name), Unreal(Value.IsText() ? Value.Text() : Value.Write()));
	}
	return Request;
}

inline npc::ActionResult PlainResult(const FNpcActionResult& Result)
{
	static const char* const Names[] = {"done", "refused", "failed"};
	return {Names[static_cast<int>(Result.Outcome)], Plain(Result.Detail)};
}

inline const char* Named(ENpcPriority Priority)
{
	static const char* const Names[] = {"low", "normal", "high", "critical"};
	return Names[static_cast<int>(Priority)];
}

inline const char* Named(ENpcRespond Respond)
{
	static const char* const Names[] = {"silent", "auto", "must"};
	return Names[static_cast<int>(Respond)];
}

inline npc::Options ReadSettings(const FNpcSettings& Settings)
{
	npc::Options Options;
	Options.token = Plain(Settings.Token);
	Options.playerId = Plain(Settings.PlayerId);
	Options.playerName = Plain(Settings.PlayerName);
	Options.language = Plain(Settings.Language);
	Options.handsFree = Settings.bHandsFree;
	for (const auto& Each : Settings.Characters)
	{
		Options.characters.push_back(npc::Json::Object{{"actor_id", Plain(Each.Key)}, {"persona", Plain(Each.Value)}});
	}
	if (const auto Actions = npc::Json::Parse(Plain(Settings.Actions))) Options.actions = Actions->Items();
	return Options;
}
