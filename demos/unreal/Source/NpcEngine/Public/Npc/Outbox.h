// Messages that the server may not have yet, in order: they are sent again if their connection breaks. Plain C++17.

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "Json.h"

namespace npc
{

class Outbox
{
public:
	// Number a message and keep it; returns it with its id.
	const Json& Put(Json message)
	{
		message.Set("id", "m" + std::to_string(++count_));
		waiting_.push_back({count_, std::move(message)});
		return waiting_.back().message;
	}

	void Each(const std::function<void(const Json&)>& write) const
	{
		for (const Waiting& each : waiting_) write(each.message);
	}

	// Whether something was put since the last question that nobody has asked after.
	bool Asks() const { return !waiting_.empty() && waiting_.back().number > asked_; }

	// The id of a ping: its answer comes once all that was put so far has arrived.
	std::string Ask()
	{
		asked_ = count_;
		return "p" + std::to_string(count_);
	}

	void AskAnew() { asked_ = 0; }

	// By the id of a message, or of a ping: with all that was put before it.
	void Arrived(const std::string& id)
	{
		if (id.empty() || (id[0] != 'm' && id[0] != 'p')) return;
		const std::uint64_t arrived = std::strtoull(id.c_str() + 1, nullptr, 10);
		while (!waiting_.empty() && waiting_.front().number <= arrived) waiting_.pop_front();
	}

	void Clear() { waiting_.clear(); }

	// What is not sent again into a new session: it is part of its session.open, or means nothing there.
	void DropWhatIsOfOneSession()
	{
		static constexpr std::array<std::string_view, 6> types = {
			"world.set", "action.result", "reply.cancel", "character.join", "character.leave", "save.load"};
		const auto isOfOne = [](const Waiting& each)
		{ return std::find(types.begin(), types.end(), each.message["type"].Text()) != types.end(); };
		waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), isOfOne), waiting_.end());
	}

private:
	struct Waiting
	{
		std::uint64_t number;
		Json message;
	};

	std::deque<Waiting> waiting_;
	std::uint64_t count_ = 0, asked_ = 0;
};

} // namespace npc
