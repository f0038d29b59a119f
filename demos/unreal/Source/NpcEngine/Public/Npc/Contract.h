// What a session needs of a game, and what a game hears of it. Plain C++17.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "Json.h"
#include "Voice.h"

namespace npc
{

struct Options
{
	std::string protocol = "npc.v1";
	std::string token;
	std::string playerId = "player";
	std::string playerName;
	// Two letters; without it the first utterance decides.
	std::string language;
	// {actor_id, persona} each, in the order in which they answer a line that names nobody.
	Json::List characters;
	// What they may ask the game to do, besides what their persona files say.
	Json::List actions;
	// Or push_to_talk: CommitSpeech ends what the player says.
	bool handsFree = true;
	int microphoneRate = 16000;
	int voiceRate = 24000;
};

// A WebSocket. Each call of Connect is a new connection, of which nothing is told any more once the next one is made.
class Socket
{
public:
	virtual ~Socket() = default;
	virtual void Connect() = 0;
	virtual void Send(const std::string& text) = 0;
	virtual void Send(const std::uint8_t* bytes, std::size_t count) = 0;
	virtual void Close() = 0;
};

enum class State
{
	Idle,
	Waiting,
	Connecting,
	Opening,
	Open,
};

// What a game does with an action that a character asks for.
struct ActionResult
{
	// done, refused or failed
	std::string status = "done";
	std::string detail;
};

// What a game hears of. Each may be left empty.
struct Game
{
	std::function<void(const Json& message)> onMessage;
	std::function<void(State state)> onState;
	// The server does not know the session any more: a new one is being opened.
	std::function<void()> onLost;
	// Nothing is tried any more: the error's code, or the reason.
	std::function<void(const std::string& code)> onEnded;
	std::function<void(const std::string& actor, const Cue& cue)> onCue;
	std::function<void(const Report& report)> onReport;
	// Audio that has come: the utterance, its first sample in it, how many.
	std::function<void(std::uint32_t utterance, std::uint32_t first, std::size_t count)> onAudio;
};

} // namespace npc
