// Checks the parts of the plugin that need no server: `check` prints nothing and ends with 0 if all holds.

#include <cstdlib>
#include <iostream>

#include "Npc/Face.h"
#include "Npc/Microphone.h"
#include "Npc/Session.h"

namespace
{

using npc::Json;

void Expect(bool holds, const char* what, int line)
{
	if (holds) return;
	std::cerr << "line " << line << ": " << what << std::endl;
	std::exit(1);
}
#define EXPECT(what) Expect((what), #what, __LINE__)

std::string Again(const char* text)
{
	const auto value = Json::Parse(text);
	return value ? value->Write() : "none";
}

void JsonIsReadAndWritten()
{
	EXPECT(Again("{\"a\": [1, -2.5, 1e3, true, null, \"x\"] }") == "{\"a\":[1,-2.5,1000,true,null,\"x\"]}");
	EXPECT(Again("\"\\u00e9 \\u8266 \\ud83d\\ude00 \\n\\\"\"") == "\"\xC3\xA9 \xE8\x89\xA6 \xF0\x9F\x98\x80 \\u000a\\\"\"");
	EXPECT(Again("{\"a\":1,\"a\":2}") == "{\"a\":1,\"a\":2}");
	EXPECT((*Json::Parse("{\"a\":1,\"a\":2}"))["a"].Number() == 2);
	EXPECT((*Json::Parse("{\"a\":{\"b\":\"c\"}}"))["a"]["b"].Text() == "c");
	EXPECT((*Json::Parse("[1]"))["no"]["thing"].Whole(7) == 7);
	EXPECT((*Json::Parse("9007199254740993"))["x"].IsNull());
	EXPECT(Again("0.1") == "0.10000000000000001");
	for (const char* wrong : {"", "{", "[1,]", "{\"a\"}", "nul", "\"\\ud800\"", "\"\\x\"", "1e999", "-", "1 2", "\"\x01\"", "01x", "'a'"})
	{
		EXPECT(!Json::Parse(wrong));
	}
	EXPECT(!Json::Parse(std::string(100000, '[')));
}

// What a sound card of ten samples a second asks for.
std::string Played(npc::Voice& voice, std::size_t count)
{
	std::vector<float> out(count, 9);
	voice.Play(out.data(), count);
	std::string seen;
	for (const float each : out) seen += each == 0 ? '.' : static_cast<char>('0' + static_cast<int>(each * 16));
	return seen;
}

void Push(npc::Voice& voice, std::uint32_t utterance, std::uint32_t first, const std::string& digits)
{
	std::vector<std::uint8_t> pcm;
	for (const char each : digits)
	{
		pcm.push_back(0);
		pcm.push_back(static_cast<std::uint8_t>((each - '0') * 8));
	}
	voice.Push(utterance, first, pcm.data(), pcm.size());
}

std::string Reported(npc::Voice& voice)
{
	std::string seen;
	for (const npc::Report& each : voice.TakeReports())
	{
		seen += std::to_string(each.utterance) + ":" + std::to_string(each.samples) + each.state + " ";
	}
	return seen;
}

std::string Cued(npc::Voice& voice)
{
	std::string seen;
	for (const npc::Cue& each : voice.TakeCues()) seen += each.value + " ";
	return seen;
}

void WhatIsSaidIsPlayedOnceAndInOrder()
{
	npc::Voice voice;
	EXPECT(voice.Push(1, 0, nullptr, 0) == 0);
	voice.Begin(1, 10);
	Push(voice, 1, 0, "123");
	Push(voice, 1, 2, "345"); // what a resume sends again
	EXPECT(Played(voice, 4) == "1234");
	EXPECT(Reported(voice) == "1:4playing ");
	EXPECT(Played(voice, 3) == "5.."); // the network is late: silence, and no time is lost
	Push(voice, 1, 5, "6");
	voice.Begin(2, 10);
	Push(voice, 2, 0, "7");
	EXPECT(Played(voice, 3) == "6.."); // not yet over, so that the next one waits
	voice.Finish(1);
	EXPECT(Played(voice, 3) == "7..");
	EXPECT(Reported(voice) == "1:6done 2:1playing ");
	EXPECT(voice.IsSpeaking());
	voice.Finish(2);
	EXPECT(Reported(voice) == "2:1done ");
	EXPECT(!voice.IsSpeaking() && Reported(voice).empty());
}

void WhatTheCardHoldsIsNotHeardYet()
{
	npc::Voice voice;
	voice.SetLatency(3);
	voice.Begin(1, 10);
	Push(voice, 1, 0, "1234");
	voice.Push(1, {0, "viseme", "aa", 100, 1});
	voice.Push(1, {200, "viseme", "sil", 100, 1});
	voice.Finish(1);
	EXPECT(Played(voice, 2) == "12");
	EXPECT(Cued(voice).empty() && Reported(voice).empty());
	EXPECT(Played(voice, 2) == "34");
	EXPECT(Cued(voice) == "aa " && Reported(voice) == "1:1playing ");
	EXPECT(Played(voice, 1) == ".");
	EXPECT(Cued(voice) == "sil " && Reported(voice) == "1:2playing ");
	Played(voice, 2);
	EXPECT(Cued(voice).empty() && Reported(voice) == "1:4done ");
}

void WhatIsInterruptedIsGone()
{
	npc::Voice voice;
	voice.Begin(1, 10);
	Push(voice, 1, 0, "1234");
	voice.Push(1, {0, "viseme", "aa", 100, 1});
	voice.Push(1, {200, "viseme", "E", 100, 1});
	Played(voice, 1);
	EXPECT(Cued(voice) == "aa ");
	voice.Drop(1);
	Push(voice, 1, 4, "5");
	EXPECT(Played(voice, 3) == "..." && Cued(voice).empty() && Reported(voice).empty());
}

void AMouthMovesAndDoesNotJump()
{
	npc::Face face(0.1);
	EXPECT(face.Show("aa") && !face.Show("xx"));
	face.Tick(0.05);
	EXPECT(face.Weights()[10] == 0.5);
	face.Show("E");
	face.Tick(0.05);
	EXPECT(face.Weights()[10] == 0 && face.Weights()[11] == 0.5);
}

void TheMicrophoneIsMadeMonoAndSlower()
{
	npc::Microphone microphone(16000);
	std::vector<float> stereo;
	for (int index = 0; index < 4800; ++index)
	{
		stereo.push_back(0.5f);
		stereo.push_back(index < 2400 ? 0.0f : 2.0f); // louder than all that there is
	}
	microphone.Hear(stereo.data(), 4800, 2, 48000);
	std::size_t frames = 0;
	for (auto frame = microphone.Take(); !frame.empty(); frame = microphone.Take(), ++frames)
	{
		EXPECT(frame.size() == 640);
		const int sample = static_cast<std::int16_t>(frame[638] | frame[639] << 8);
		EXPECT(sample == (frames < 2 ? 8192 : 32767) || frames == 2);
	}
	EXPECT(frames == 5); // 100 ms
	microphone.Hear(stereo.data(), 100, 1, 44100);
	EXPECT(microphone.Take().empty());
	microphone.Clear();
	microphone.Hear(stereo.data(), 9600, 1, 8000);
	for (frames = 0; !microphone.Take().empty();) ++frames;
	EXPECT(frames == 60); // 1.2 s
}

class Recorder : public npc::Socket
{
public:
	void Connect() override { ++connections; }
	void Send(const std::string& text) override { sent.push_back(*Json::Parse(text)); }
	void Send(const std::uint8_t*, std::size_t count) override { audio += count; }
	void Close() override {}

	// The types that were sent since the last call.
	std::string Types()
	{
		std::string types;
		for (const Json& each : sent) types += each["type"].Text() + " ";
		last = sent.empty() ? Json() : sent.back();
		sent.clear();
		return types;
	}

	int connections = 0;
	std::size_t audio = 0;
	std::vector<Json> sent;
	Json last;
};

struct Visit
{
	Visit() : session(socket, MakeGame(), 1) {}

	npc::Game MakeGame()
	{
		npc::Game game;
		game.onLost = [this] { ++lost; };
		game.onEnded = [this](const std::string& code) { ended = code; };
		game.onMessage = [this](const Json& message) { heard += message["type"].Text() + " "; };
		return game;
	}

	void Open()
	{
		session.Open({});
		session.Poll(0);
		session.SocketOpened();
	}

	Recorder socket;
	npc::Session session;
	int lost = 0;
	std::string ended, heard;
};

const char* const opened = "{\"type\":\"session.opened\",\"seq\":1,\"resume_token\":\"t\"}";

void WhatIsSaidTooEarlyWaitsForTheSession()
{
	Visit visit;
	visit.Open();
	visit.session.SendText("early");
	EXPECT(visit.socket.Types() == "session.open " && !visit.socket.last.Has("resume"));
	visit.session.SocketText(opened);
	EXPECT(visit.socket.Types() == "input.text ");
}

void ALostConnectionIsResumedWhereItBroke()
{
	Visit visit;
	visit.Open();
	visit.session.SocketText(opened);
	visit.session.SendText("one");
	visit.session.Poll(0.1);
	EXPECT(visit.socket.Types() == "session.open input.text ping ");
	visit.session.SocketText("{\"type\":\"pong\",\"seq\":2,\"ref\":\"p1\"}");
	visit.session.SocketText("{\"type\":\"utterance.started\",\"seq\":3,\"utterance\":7,\"actor_id\":\"ada\",\"rate\":10}");
	const std::uint8_t frame[] = {7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0};
	visit.session.SocketBinary(frame, sizeof frame);
	visit.session.SendText("two");
	visit.session.SendText("three");
	EXPECT(visit.socket.Types() == "input.text input.text ");
	visit.session.SocketClosed();
	visit.session.SendAudio(frame, 4);
	EXPECT(visit.session.Current() == npc::State::Waiting && visit.socket.audio == 0);
	visit.session.Poll(0.2);
	EXPECT(visit.socket.connections == 1); // not at once
	visit.session.Poll(0.4);
	visit.session.SocketOpened();
	EXPECT(visit.socket.Types() == "session.open ");
	EXPECT(visit.socket.last["resume"].Write() == "{\"token\":\"t\",\"last_seq\":3,\"utterance\":7,\"samples\":2}");
	visit.session.SocketText("{\"type\":\"session.opened\",\"resume_token\":\"t\",\"resumed\":true,\"received\":\"m2\"}");
	EXPECT(visit.socket.Types() == "input.text " && visit.socket.last["text"].Text() == "three");
	visit.heard.clear();
	visit.session.SocketText("{\"type\":\"utterance.started\",\"seq\":3,\"utterance\":7}"); // known already
	visit.session.SocketText("{\"type\":\"pong\",\"seq\":4,\"ref\":\"p3\"}");
	visit.session.Poll(0.5);
	EXPECT(visit.heard == "pong ");
}

void ASessionThatIsGoneIsOpenedAnew()
{
	Visit visit;
	visit.Open();
	visit.session.SocketText(opened);
	visit.session.SetWorld({{"gold", 3}, {"place", "inn"}});
	visit.session.SocketClosed();
	visit.session.Poll(9);
	visit.session.SocketOpened();
	visit.socket.Types();
	visit.session.SocketText("{\"type\":\"error\",\"code\":\"resume_failed\",\"fatal\":false}");
	EXPECT(visit.lost == 1 && visit.socket.Types() == "session.open ");
	EXPECT(!visit.socket.last.Has("resume") && visit.socket.last["story"].Text() == "continue");
	EXPECT(visit.socket.last["scene"]["world"].Write() == "{\"gold\":3,\"place\":\"inn\"}");
	visit.session.SocketText(opened);
	EXPECT(visit.socket.Types() == ""); // the world went with the opening
}

void WhatCanNotSucceedIsNotTriedAgain()
{
	Visit visit;
	visit.Open();
	visit.session.SocketText("{\"type\":\"error\",\"code\":\"unauthorised\",\"fatal\":true}");
	EXPECT(visit.ended == "unauthorised" && visit.session.Current() == npc::State::Idle);
	Visit full;
	full.Open();
	full.session.SocketText("{\"type\":\"error\",\"code\":\"too_many_sessions\",\"fatal\":true,\"retry_after_ms\":3000}");
	full.session.SocketClosed("too_many_sessions");
	full.session.Poll(2.9);
	EXPECT(full.ended.empty() && full.socket.connections == 1);
	full.session.Poll(3.1);
	EXPECT(full.socket.connections == 2);
}

void ADeadConnectionIsLeft()
{
	Visit visit;
	visit.Open();
	visit.session.SocketText(opened);
	visit.session.Poll(11);
	EXPECT(visit.socket.Types() == "session.open ping ");
	visit.session.Poll(30);
	EXPECT(visit.session.Current() == npc::State::Open);
	visit.session.Poll(42);
	EXPECT(visit.session.Current() == npc::State::Waiting);
	Visit silent;
	silent.session.Open({});
	silent.session.Poll(0);
	silent.session.Poll(21);
	EXPECT(silent.session.Current() == npc::State::Waiting);
}

void WhatIsNoMessageDoesNoHarm()
{
	Visit visit;
	visit.Open();
	visit.session.SocketText(opened);
	for (const char* frame : {"", "7", "[]", "{}", "{\"type\":7}", "{\"type\":\"utterance.cues\"}", "{\"type\":\"new.message\",\"seq\":2}"})
	{
		visit.session.SocketText(frame);
	}
	visit.session.SocketBinary(nullptr, 0);
	EXPECT(visit.session.Current() == npc::State::Open);
}

} // namespace

int main()
{
	JsonIsReadAndWritten();
	WhatIsSaidIsPlayedOnceAndInOrder();
	WhatTheCardHoldsIsNotHeardYet();
	WhatIsInterruptedIsGone();
	AMouthMovesAndDoesNotJump();
	TheMicrophoneIsMadeMonoAndSlower();
	WhatIsSaidTooEarlyWaitsForTheSession();
	ALostConnectionIsResumedWhereItBroke();
	ASessionThatIsGoneIsOpenedAnew();
	WhatCanNotSucceedIsNotTriedAgain();
	ADeadConnectionIsLeft();
	WhatIsNoMessageDoesNoHarm();
}
