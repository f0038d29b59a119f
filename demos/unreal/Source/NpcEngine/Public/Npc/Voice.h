// What one character says, from the socket to the loudspeaker: samples in order, how much of them was heard, and the cues
// that belong to what is heard now. Plain C++17. The loudspeaker's thread calls Play, the game's thread all else.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace npc
{

// Something on an utterance's timeline: a viseme, a word, an emotion, a gesture, a look or an action.
struct Cue
{
	std::int64_t atMs = 0;
	std::string kind;
	std::string value;
	std::int64_t durationMs = 0;
	double weight = 1;
};

// For the server: how much of an utterance was heard.
struct Report
{
	std::uint32_t utterance = 0;
	std::uint64_t samples = 0;
	const char* state = "playing";
};

class Voice
{
public:
	// Samples that the sound card still holds when it asks for more: what was asked for is not heard yet.
	void SetLatency(std::size_t samples)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		latency_ = samples;
	}

	void Begin(std::uint32_t utterance, int rate)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		if (!Find(utterance)) utterances_.emplace_back(utterance, rate);
	}

	// PCM s16le that begins at sample `first`; what is here already is passed over. Returns how many samples were new.
	std::size_t Push(std::uint32_t utterance, std::uint32_t first, const std::uint8_t* pcm, std::size_t bytes)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		Spoken* spoken = Find(utterance);
		if (!spoken) return 0;
		const std::size_t count = bytes / 2, known = spoken->samples.size();
		if (first > known) spoken->samples.resize(first, 0);
		const std::size_t from = known > first ? std::min(known - first, count) : 0;
		for (std::size_t index = from; index < count; ++index)
		{
			spoken->samples.push_back(static_cast<std::int16_t>(pcm[2 * index] | (pcm[2 * index + 1] << 8)));
		}
		return count - from;
	}

	void Push(std::uint32_t utterance, Cue cue)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		if (Spoken* spoken = Find(utterance)) spoken->cues.push_back(std::move(cue));
	}

	// No more of it comes; what has come is played to its end.
	void Finish(std::uint32_t utterance)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		if (Spoken* spoken = Find(utterance)) spoken->finished = true;
	}

	// It was interrupted: neither its samples nor its cues are for anybody any more.
	void Drop(std::uint32_t utterance)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		const auto isIt = [=](const Spoken& each) { return each.number == utterance; };
		utterances_.erase(std::remove_if(utterances_.begin(), utterances_.end(), isIt), utterances_.end());
	}

	void Clear()
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		utterances_.clear();
	}

	// Fill `out` with what comes next, and with silence where nothing has come. Returns how much of it was speech.
	std::size_t Play(float* out, std::size_t count)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		std::size_t filled = 0;
		bool isNext = true;
		for (Spoken& each : utterances_)
		{
			const std::size_t taken = isNext ? std::min(count - filled, each.samples.size() - each.played) : 0;
			for (std::size_t index = 0; index < taken; ++index)
			{
				out[filled + index] = static_cast<float>(each.samples[each.played + index]) / 32768.0f;
			}
			filled += taken;
			each.played += taken;
			each.behind = taken > 0 ? count - filled : each.behind + count;
			isNext = isNext && each.finished && each.played == each.samples.size();
		}
		std::fill(out + filled, out + count, 0.0f);
		return filled;
	}

	// How far the listener is, of each utterance of which more was heard since the last call.
	std::vector<Report> TakeReports()
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		std::vector<Report> reports;
		for (Spoken& each : utterances_)
		{
			const bool isOver = IsOver(each);
			if (Heard(each) == each.reported && !isOver) continue;
			each.reported = Heard(each);
			reports.push_back({each.number, each.reported, isOver ? "done" : "playing"});
		}
		while (!utterances_.empty() && IsOver(utterances_.front())) utterances_.pop_front();
		return reports;
	}

	// The cues that are reached, in order, each once. To be called before TakeReports, which forgets what is over.
	std::vector<Cue> TakeCues()
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		std::vector<Cue> reached;
		for (Spoken& each : utterances_)
		{
			const std::int64_t now = static_cast<std::int64_t>(Heard(each) * 1000 / static_cast<std::uint64_t>(each.rate));
			while (!each.cues.empty() && Heard(each) > 0 && (each.cues.front().atMs <= now || IsOver(each)))
			{
				reached.push_back(std::move(each.cues.front()));
				each.cues.pop_front();
			}
		}
		return reached;
	}

	bool IsSpeaking() const
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		const auto isHeard = [this](const Spoken& each) { return each.played > 0 && !IsOver(each); };
		return std::any_of(utterances_.begin(), utterances_.end(), isHeard);
	}

private:
	struct Spoken
	{
		Spoken(std::uint32_t number_, int rate_) : number(number_), rate(rate_ > 0 ? rate_ : 1) {}

		std::uint32_t number;
		int rate;
		std::vector<std::int16_t> samples;
		std::deque<Cue> cues;
		std::size_t played = 0;
		// How much the card has asked for since the last sample of it.
		std::size_t behind = 0;
		std::uint64_t reported = 0;
		bool finished = false;
	};

	// What was handed to the card, without what it still holds.
	std::uint64_t Heard(const Spoken& spoken) const
	{
		const std::size_t held = latency_ > spoken.behind ? latency_ - spoken.behind : 0;
		return spoken.played - std::min(spoken.played, held);
	}

	bool IsOver(const Spoken& spoken) const { return spoken.finished && Heard(spoken) == spoken.samples.size(); }

	Spoken* Find(std::uint32_t utterance)
	{
		const auto isIt = [=](const Spoken& each) { return each.number == utterance; };
		const auto found = std::find_if(utterances_.begin(), utterances_.end(), isIt);
		return found == utterances_.end() ? nullptr : &*found;
	}

	mutable std::mutex mutex_;
	std::deque<Spoken> utterances_;
	std::size_t latency_ = 0;
};

} // namespace npc
