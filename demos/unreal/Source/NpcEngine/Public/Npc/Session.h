// One session with the server, whatever becomes of its connections: opens, resumes, sends again what got lost, waits before
// it tries again, opens anew. Plain C++17: the owner of a socket tells it what has come, and calls Poll once a frame.

#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "Contract.h"
#include "Json.h"
#include "Outbox.h"
#include "Voice.h"

namespace npc
{

class Session
{
public:
	// Gets the message `action.requested`.
	using Action = std::function<ActionResult(const Json& asked)>;

	Session(Socket& socket, Game game, unsigned seed = std::random_device{}())
		: socket_(socket), game_(std::move(game)), chance_(seed)
	{
	}

	// From now on there is a session, or an attempt at one, until Close.
	void Open(Options options)
	{
		options_ = std::move(options);
		story_ = "new";
		attempts_ = 0;
		Forget();
		outbox_.Clear();
		retryAt_ = 0;
		Become(State::Waiting);
	}

	// The session ends in good order.
	void Close()
	{
		if (state_ == State::Open) Write(Message("session.close"));
		const bool connected = state_ > State::Waiting;
		Forget();
		outbox_.Clear();
		Become(State::Idle);
		if (connected) socket_.Close();
	}

	// What is due by this time, in seconds on a clock that never goes back.
	void Poll(double now)
	{
		now_ = now;
		if (state_ == State::Waiting && now >= retryAt_) Connect();
		for (auto& [actor, voice] : voices_) Listen(actor, *voice);
		if (state_ == State::Open)
		{
			if (now >= reportAt_) SendReports();
			KeepAlive();
		}
		if (IsDead())
		{
			socket_.Close();
			SocketClosed();
		}
	}

	// What the socket has to tell

	void SocketOpened()
	{
		if (state_ == State::Connecting) SendOpening();
	}

	void SocketText(std::string_view frame)
	{
		heardAt_ = now_;
		auto message = Json::Parse(frame);
		if (message && message->IsObject() && state_ > State::Connecting) Take(*message);
	}

	void SocketBinary(const std::uint8_t* frame, std::size_t size)
	{
		heardAt_ = now_;
		if (size >= audioHead && state_ > State::Connecting) TakeAudio(frame, size);
	}

	void SocketClosed(std::string_view reason = "")
	{
		if (state_ < State::Connecting) return;
		// A newer connection of this session, perhaps of another copy of the game.
		if (reason == "taken over") End("taken over");
		else TryAgain();
	}

	// What the game has to tell. Returns the message's id, which what it causes carries as `ref`.

	// Sent now, or once there is a session; again if it got lost on the way.
	std::string Send(Json message)
	{
		const Json& kept = outbox_.Put(std::move(message));
		if (state_ == State::Open) Write(kept);
		return kept["id"].Text();
	}

	std::string SendText(const std::string& text, const std::string& to = "")
	{
		Json message = Message("input.text");
		message.Set("text", text);
		if (!to.empty()) message.Set("to", to);
		return Send(std::move(message));
	}

	// The player's voice, PCM s16le mono; forgotten while there is no connection. 20 to 100 ms at a time, silence included.
	void SendAudio(const std::uint8_t* pcm, std::size_t bytes)
	{
		if (state_ == State::Open) socket_.Send(pcm, bytes);
	}

	void CommitSpeech() { SendAtOnce(Message("input.audio.commit")); }
	void ClearSpeech() { SendAtOnce(Message("input.audio.clear")); }

	// State of the game, by path; null removes. Kept for the next session too.
	std::string SetWorld(Json::Object values)
	{
		Json message = Message("world.set");
		for (const auto& [path, value] : values) world_.Set(path, value);
		message.Set("values", std::move(values));
		return Send(std::move(message));
	}

	const Json& World() const { return world_; }

	std::string StopTalking() { return Send(Message("reply.cancel")); }

	void Answer(const std::string& actionId, const ActionResult& result)
	{
		Json message = Message("action.result");
		message.Set("action_id", actionId);
		message.Set("status", result.status);
		if (!result.detail.empty()) message.Set("detail", result.detail);
		Send(std::move(message));
	}

	// Do the action of this name by calling a function. Without one, the game hears of it by onMessage and Answers itself.
	void Bind(const std::string& name, Action action) { actions_[name] = std::move(action); }

	// The voice of a character, there from the first call on.
	std::shared_ptr<Voice> VoiceOf(const std::string& actor)
	{
		auto& voice = voices_[actor];
		if (!voice) voice = std::make_shared<Voice>();
		return voice;
	}

	State Current() const { return state_; }
	bool HasAction(const std::string& name) const { return actions_.count(name) > 0; }

	static Json Message(const char* type)
	{
		Json message;
		message.Set("type", type);
		return message;
	}

private:
	static constexpr std::size_t audioHead = 8;
	// Seconds: doubled with each try that fails, and shortened by up to half, so that clients don't come back all at once.
	static constexpr double firstRetry = 0.25, longestRetry = 10;
	// Seconds for which a connection may not have opened a session, or hears nothing though it pings.
	static constexpr double handshakePatience = 20, silencePatience = 30, pingEvery = 10;
	static constexpr double reportEvery = 0.1;

	// The connection

	void Connect()
	{
		beganAt_ = heardAt_ = pingedAt_ = now_;
		isPinged_ = false;
		Become(State::Connecting);
		socket_.Connect();
	}

	void SendOpening()
	{
		Json message = Message("session.open");
		Json player, input, output, audio, scene;
		player.Set("id", options_.playerId);
		if (!options_.playerName.empty()) player.Set("name", options_.playerName);
		if (!options_.language.empty()) player.Set("language", options_.language);
		input.Set("rate", options_.microphoneRate);
		output.Set("rate", options_.voiceRate);
		audio.Set("input", input);
		audio.Set("output", output);
		scene.Set("characters", options_.characters);
		if (!options_.actions.empty()) scene.Set("actions", options_.actions);
		if (world_.IsObject()) scene.Set("world", world_);
		message.Set("protocol", options_.protocol);
		message.Set("player", player);
		message.Set("scene", scene);
		message.Set("audio", audio);
		message.Set("mode", options_.handsFree ? "hands_free" : "push_to_talk");
		message.Set("story", story_);
		if (!options_.token.empty()) message.Set("token", options_.token);
		if (!resumeToken_.empty()) message.Set("resume", Point());
		Become(State::Opening);
		Write(message);
	}

	// Up to where everything has arrived.
	Json Point() const
	{
		Json point;
		point.Set("token", resumeToken_);
		point.Set("last_seq", lastSeq_);
		if (hasAudio_)
		{
			point.Set("utterance", utterance_);
			point.Set("samples", static_cast<std::int64_t>(samples_));
		}
		return point;
	}

	void Forget()
	{
		resumeToken_.clear();
		lastSeq_ = 0;
		hasAudio_ = false;
		speakers_.clear();
		for (auto& [actor, voice] : voices_) voice->Clear();
	}

	void TryAgain()
	{
		const double longest = std::min(longestRetry, firstRetry * static_cast<double>(1u << std::min(attempts_, 10u)));
		++attempts_;
		const double wait = longest * std::uniform_real_distribution<double>(0.5, 1)(chance_);
		retryAt_ = std::max(retryAt_, now_ + wait);
		Become(State::Waiting);
	}

	void End(const std::string& code)
	{
		const bool connected = state_ > State::Waiting;
		Become(State::Idle);
		if (connected) socket_.Close();
		if (game_.onEnded) game_.onEnded(code);
	}

	bool IsDead() const
	{
		if (state_ == State::Open) return isPinged_ && now_ - std::max(heardAt_, pingedAt_) > silencePatience;
		return state_ > State::Waiting && now_ - beganAt_ > handshakePatience;
	}

	// What was sent and not confirmed is asked after; so is, now and then, whether the connection still lives.
	void KeepAlive()
	{
		const bool isIdle = !outbox_.Asks();
		if (isIdle && (isPinged_ || now_ - pingedAt_ < pingEvery)) return;
		SendPing(outbox_.Ask());
	}

	void SendPing(const std::string& id)
	{
		Json ping = Message("ping");
		ping.Set("id", id);
		Write(ping);
		pingedAt_ = now_;
		isPinged_ = true;
	}

	void Write(const Json& message) { socket_.Send(message.Write()); }

	void SendAtOnce(const Json& message)
	{
		if (state_ == State::Open) Write(message);
	}

	void Become(State state)
	{
		if (state == state_) return;
		state_ = state;
		if (game_.onState) game_.onState(state);
	}

	// What comes

	void Take(const Json& message)
	{
		if (message.Has("seq"))
		{
			if (message["seq"].Whole() <= lastSeq_) return;
			lastSeq_ = message["seq"].Whole();
		}
		const std::string& type = message["type"].Text();
		if (type == "pong") TakePong(message["ref"].Text());
		else if (type == "session.opened") TakeOpened(message);
		else if (type == "session.closing") retryAt_ = now_ + message["reconnect_after_ms"].Number() / 1000;
		else if (type == "error" && state_ == State::Opening && TakeRefusal(message)) return;
		else TakeSpeech(type, message);
		if (game_.onMessage) game_.onMessage(message);
		if (type == "action.requested") Do(message);
		if (type == "error" && state_ == State::Opening) TakeEnd(message);
	}

	void TakeOpened(const Json& message)
	{
		attempts_ = 0;
		retryAt_ = 0;
		outbox_.AskAnew();
		resumeToken_ = message["resume_token"].Text();
		outbox_.Arrived(message["received"].Text());
		Become(State::Open);
		outbox_.Each([this](const Json& waiting) { Write(waiting); });
	}

	// Whether the game need not hear of it: another try follows.
	bool TakeRefusal(const Json& error)
	{
		const std::string& code = error["code"].Text();
		if (code != "resume_failed") return false;
		Forget();
		story_ = "continue";
		outbox_.DropWhatIsOfOneSession();
		if (game_.onLost) game_.onLost();
		if (!error["fatal"].Bool()) SendOpening();
		return true;
	}

	void TakeEnd(const Json& error)
	{
		if (error.Has("retry_after_ms")) retryAt_ = now_ + error["retry_after_ms"].Number() / 1000;
		else if (error["code"].Text() != "idle") End(error["code"].Text());
	}

	void TakePong(const std::string& ref)
	{
		isPinged_ = false;
		outbox_.Arrived(ref);
	}

	void TakeSpeech(const std::string& type, const Json& message)
	{
		const std::uint32_t utterance = static_cast<std::uint32_t>(message["utterance"].Whole());
		if (type == "utterance.started")
		{
			speakers_[utterance] = VoiceOf(message["actor_id"].Text());
			speakers_[utterance]->Begin(utterance, static_cast<int>(message["rate"].Whole(options_.voiceRate)));
		}
		const auto speaker = speakers_.find(utterance);
		if (speaker == speakers_.end()) return;
		if (type == "utterance.cues")
		{
			for (const Json& each : message["cues"].Items()) speaker->second->Push(utterance, ReadCue(each));
		}
		else if (type == "utterance.completed")
		{
			if (message["reason"].Text() == "done") speaker->second->Finish(utterance);
			else speaker->second->Drop(utterance);
			speakers_.erase(speaker);
		}
	}

	static Cue ReadCue(const Json& cue)
	{
		const auto& kind = cue["kind"].Text();
		return {cue["t_ms"].Whole(), kind, cue["value"].Text(), cue["duration_ms"].Whole(), cue["weight"].Number(1)};
	}

	void TakeAudio(const std::uint8_t* frame, std::size_t size)
	{
		const auto read = [frame](std::size_t at)
		{
			std::uint32_t value = 0;
			for (std::size_t place = 0; place < 4; ++place) value |= static_cast<std::uint32_t>(frame[at + place]) << (8 * place);
			return value;
		};
		const std::uint32_t utterance = read(0), first = read(4);
		const std::size_t count = (size - audioHead) / 2;
		if (!hasAudio_ || utterance != utterance_) samples_ = 0;
		hasAudio_ = true;
		utterance_ = utterance;
		samples_ = std::max<std::uint64_t>(samples_, first + count);
		const auto speaker = speakers_.find(utterance);
		if (speaker != speakers_.end()) speaker->second->Push(utterance, first, frame + audioHead, size - audioHead);
		if (game_.onAudio) game_.onAudio(utterance, first, count);
	}

	void Do(const Json& asked)
	{
		const auto found = actions_.find(asked["name"].Text());
		if (found != actions_.end()) Answer(asked["action_id"].Text(), found->second(asked));
	}

	// What is heard

	void Listen(const std::string& actor, Voice& voice)
	{
		for (const Cue& cue : voice.TakeCues())
		{
			if (game_.onCue) game_.onCue(actor, cue);
		}
	}

	void SendReports()
	{
		reportAt_ = now_ + reportEvery;
		for (auto& [actor, voice] : voices_)
		{
			for (const Report& each : voice->TakeReports())
			{
				Json message = Message("playback.report");
				message.Set("utterance", each.utterance);
				message.Set("samples", static_cast<std::int64_t>(each.samples));
				message.Set("state", each.state);
				Write(message);
				if (game_.onReport) game_.onReport(each);
			}
		}
	}

	Socket& socket_;
	Game game_;
	std::mt19937 chance_;
	Options options_;
	State state_ = State::Idle;
	Json world_;
	std::map<std::string, std::shared_ptr<Voice>> voices_;
	std::map<std::string, Action> actions_;
	// Who speaks the utterances that are not over.
	std::map<std::uint32_t, std::shared_ptr<Voice>> speakers_;

	std::string story_ = "new";
	double now_ = 0, retryAt_ = 0, beganAt_ = 0, heardAt_ = 0, pingedAt_ = 0, reportAt_ = 0;
	unsigned attempts_ = 0;
	bool isPinged_ = false;

	std::string resumeToken_;
	std::int64_t lastSeq_ = 0;
	bool hasAudio_ = false;
	// The utterance whose audio came last, and how many of its samples.
	std::uint32_t utterance_ = 0;
	std::uint64_t samples_ = 0;

	Outbox outbox_;
};

} // namespace npc
