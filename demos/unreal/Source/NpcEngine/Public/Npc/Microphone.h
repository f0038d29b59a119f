// What a microphone hears, of any rate and number of channels, as the frames that the server wants: PCM s16le, mono, 20 ms.
// Plain C++17. The microphone's thread calls Hear, the game's thread all else.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace npc
{

class Microphone
{
public:
	explicit Microphone(int rate) : rate_(rate) {}

	// Samples of all channels beside each other, from -1 to 1. What is between two of ours is averaged.
	void Hear(const float* samples, std::size_t frames, int channels, int rate)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		const double step = static_cast<double>(rate_) / rate;
		for (std::size_t frame = 0; frame < frames; ++frame)
		{
			double level = 0;
			for (int channel = 0; channel < channels; ++channel) level += *samples++;
			Take(level / channels, step);
		}
	}

	// The next 20 ms; empty if they are not heard yet.
	std::vector<std::uint8_t> Take()
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		const std::size_t bytes = static_cast<std::size_t>(rate_ / 50) * 2;
		if (heard_.size() < bytes) return {};
		const auto end = heard_.begin() + static_cast<std::ptrdiff_t>(bytes);
		std::vector<std::uint8_t> frame(heard_.begin(), end);
		heard_.erase(heard_.begin(), end);
		return frame;
	}

	void Clear()
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		heard_.clear();
		sum_ = weight_ = 0;
	}

private:
	// One sample lasts `step` of ours: it is shared out among those that it touches.
	void Take(double level, double step)
	{
		while (step > 0)
		{
			const double part = std::min(step, 1 - weight_);
			sum_ += level * part;
			weight_ += part;
			step -= part;
			if (weight_ < 1 - 1e-9) return;
			Put(sum_);
			sum_ = weight_ = 0;
			if (step < 1e-9) return;
		}
	}

	void Put(double level)
	{
		const auto sample = static_cast<std::int16_t>(std::clamp(level * 32768, -32768.0, 32767.0));
		heard_.push_back(static_cast<std::uint8_t>(sample & 0xFF));
		heard_.push_back(static_cast<std::uint8_t>((sample >> 8) & 0xFF));
	}

	std::mutex mutex_;
	int rate_;
	double sum_ = 0, weight_ = 0;
	std::vector<std::uint8_t> heard_;
};

} // namespace npc
