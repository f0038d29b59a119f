// A game in small, on the part of the Unreal plugin that knows no Unreal: `play SCENARIO ws://HOST:PORT/v1 TOKEN`.
// Prints what it saw as one line of JSON. NPC_SPEECH is a file of s16le mono at 16 kHz: the microphone.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "Npc/Face.h"
#include "PlainSocket.h"

namespace
{

using npc::Json;

double Now()
{
	return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A sound card that plays in real time, into the void.
class Card
{
public:
	explicit Card(std::shared_ptr<npc::Voice> voice) : voice_(std::move(voice)), began_(Now()) {}

	void Run()
	{
		const auto due = static_cast<std::size_t>((Now() - began_) * 24000);
		buffer_.resize(due - played_);
		voice_->Play(buffer_.data(), buffer_.size());
		played_ = due;
	}

private:
	std::shared_ptr<npc::Voice> voice_;
	double began_;
	std::size_t played_ = 0;
	std::vector<float> buffer_;
};

// A file in real time, and silence behind it.
class Microphone
{
public:
	void Open()
	{
		std::ifstream file(std::getenv("NPC_SPEECH"), std::ios::binary);
		speech_.assign(std::istreambuf_iterator<char>(file), {});
		began_ = Now();
		isOpen_ = true;
	}

	void Run(npc::Session& session)
	{
		static constexpr std::size_t frame = 640;
		for (; isOpen_ && static_cast<double>(sent_) < (Now() - began_) * 32000; sent_ += frame)
		{
			std::vector<std::uint8_t> piece(frame, 0);
			for (std::size_t index = 0; index < frame && sent_ + index < speech_.size(); ++index)
			{
				piece[index] = static_cast<std::uint8_t>(speech_[sent_ + index]);
			}
			session.SendAudio(piece.data(), piece.size());
		}
	}

private:
	std::vector<char> speech_;
	double began_ = 0;
	std::size_t sent_ = 0;
	bool isOpen_ = false;
};

class Play
{
public:
	Play(std::string scenario, const std::string& url, std::string token)
		: scenario_(std::move(scenario)), token_(std::move(token)), socket_(MakeSocket(url)), session_(socket_, MakeGame()),
		  card_(session_.VoiceOf("ada"))
	{
	}

	Json Run()
	{
		session_.Bind("serve_drink",
			[this](const Json& asked)
			{
				Json action;
				action.Set("name", asked["name"]);
				action.Set("args", asked["args"]);
				actions_.push_back(action);
				return npc::ActionResult{"done", "The glass is full."};
			});
		npc::Options options;
		options.token = token_;
		options.playerId = "p1";
		if (scenario_ == "wrong_protocol") options.protocol = "npc.v0";
		Json ada;
		ada.Set("actor_id", "ada");
		ada.Set("persona", "deadwood");
		options.characters = {ada};
		if (scenario_ == "action") options.actions = {Serving()};
		session_.Open(options);
		while (!isOver_ || (scenario_ == "text" && reported_ < samples_))
		{
			socket_.Pump(session_);
			session_.Poll(Now());
			card_.Run();
			microphone_.Run(session_);
			std::this_thread::sleep_for(std::chrono::milliseconds(5));
		}
		session_.Close();
		return Seen();
	}

private:
	static Json Serving()
	{
		Json action, drink, arguments;
		drink.Set("type", "choice");
		drink.Set("of", Json::List{"whisky", "water"});
		arguments.Set("drink", drink);
		action.Set("name", "serve_drink");
		action.Set("description", "Serve the player a drink.");
		action.Set("args", arguments);
		action.Set("asks", Json::List{"Can I have a drink?"});
		return action;
	}

	static PlainSocket MakeSocket(const std::string& url)
	{
		const std::size_t host = url.find("//") + 2, port = url.find(':', host), path = url.find('/', port);
		return PlainSocket(url.substr(host, port - host), url.substr(port + 1, path - port - 1), url.substr(path));
	}

	npc::Game MakeGame()
	{
		npc::Game game;
		game.onMessage = [this](const Json& message) { Take(message["type"].Text(), message); };
		game.onEnded = [this](const std::string& code)
		{
			code_ = code;
			isOver_ = true;
		};
		game.onAudio = [this](std::uint32_t utterance, std::uint32_t first, std::size_t count) { TakeAudio(utterance, first, count); };
		game.onReport = [this](const npc::Report& report) { reported_ = static_cast<std::int64_t>(report.samples); };
		game.onCue = [this](const std::string&, const npc::Cue& cue)
		{
			if (cue.kind == "viseme" && !face_.Show(cue.value)) errors_.push_back("no viseme: " + cue.value);
			if (completed_ && reason_ != "done") errors_.push_back("a cue of what was interrupted");
		};
		return game;
	}

	void Begin()
	{
		const bool tells = scenario_ == "barge_in" || scenario_ == "resume";
		if (scenario_ == "voice") microphone_.Open();
		else session_.SendText(tells ? "I love a good story." : scenario_ == "action" ? "Please give me the whisky." : "Hello?");
	}

	void Take(const std::string& type, const Json& message)
	{
		const std::int64_t seq = message["seq"].Whole();
		if (message.Has("seq"))
		{
			if (type == "session.opened") lastSeq_ = 0;
			missing_ += seq > lastSeq_ + 1 ? 1 : 0;
			twice_ += seq <= lastSeq_ ? 1 : 0;
			lastSeq_ = seq;
		}
		if (type == "session.opened") TakeOpened(message);
		else if (type == "error") errors_.push_back(message["code"].Text());
		else if (type == "transcript.final") heard_ = message["text"].Text();
		else if (type == "utterance.started") completed_ = false;
		else if (type == "utterance.completed") TakeCompleted(message);
		else if (type == "turn.completed") TakeEnd();
	}

	void TakeOpened(const Json& message)
	{
		label_ = message["label"].Text();
		sessions_.push_back(message["session_id"].Text());
		if (message["resumed"].Bool()) resumed_ = true;
		else Begin();
	}

	void TakeAudio(std::uint32_t utterance, std::uint32_t first, std::size_t count)
	{
		if (completed_ && utterance == utterance_) ++late_;
		if (utterance != utterance_) samples_ = 0;
		utterance_ = utterance;
		gaps_ += std::llabs(static_cast<long long>(first) - static_cast<long long>(samples_));
		samples_ = first + static_cast<std::int64_t>(count);
		if (isReady_) return;
		isReady_ = true;
		if (scenario_ == "resume") std::cout << "ready" << std::endl;
		if (scenario_ == "barge_in") microphone_.Open();
	}

	void TakeCompleted(const Json& message)
	{
		completed_ = true;
		if (scenario_ == "barge_in" && !reason_.empty()) return;
		reason_ = message["reason"].Text();
		heardText_ = message["heard_text"].Text();
		reply_ = message["text"].Text();
	}

	void TakeEnd()
	{
		if (scenario_ == "restart")
		{
			replies_.push_back(reply_);
			isOver_ = replies_.size() == 2;
			if (!isOver_) std::cout << "ready" << std::endl;
			return;
		}
		isOver_ = scenario_ != "barge_in" || !heard_.empty();
	}

	Json Seen() const
	{
		Json seen;
		seen.Set("label", label_);
		seen.Set("reply", reply_);
		seen.Set("heard_text", heardText_);
		seen.Set("samples", samples_);
		seen.Set("reported", reported_);
		seen.Set("errors", errors_);
		seen.Set("heard", heard_);
		seen.Set("actions", actions_);
		seen.Set("reason", reason_);
		seen.Set("late", late_);
		seen.Set("resumed", resumed_);
		seen.Set("missing", missing_);
		seen.Set("twice", twice_);
		seen.Set("gaps", static_cast<std::int64_t>(gaps_));
		seen.Set("replies", replies_);
		seen.Set("sessions", sessions_);
		seen.Set("code", code_);
		return seen;
	}

	std::string scenario_, token_;
	bool isOver_ = false, isReady_ = false, completed_ = false, resumed_ = false;
	std::string label_, reply_, heardText_, heard_, reason_, code_;
	Json::List errors_, actions_, replies_, sessions_;
	std::int64_t samples_ = 0, reported_ = 0, lastSeq_ = 0;
	std::uint32_t utterance_ = 0;
	int late_ = 0, missing_ = 0, twice_ = 0;
	long long gaps_ = 0;
	npc::Face face_;
	PlainSocket socket_;
	npc::Session session_;
	Card card_;
	Microphone microphone_;
};

} // namespace

int main(int count, char** arguments)
{
	if (count != 4) return 2;
	std::signal(SIGPIPE, SIG_IGN);
	std::cout << Play(arguments[1], arguments[2], arguments[3]).Run().Write() << std::endl;
}
