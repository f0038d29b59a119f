// A WebSocket client for tests on POSIX systems: one connection at a time, never blocking once it stands. No TLS. Whoever
// uses it ignores SIGPIPE.

#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <netdb.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "Npc/Session.h"

class PlainSocket : public npc::Socket
{
public:
	PlainSocket(std::string host, std::string port, std::string path)
		: host_(std::move(host)), port_(std::move(port)), path_(std::move(path))
	{
	}
	~PlainSocket() override { Drop(); }

	void Connect() override
	{
		Drop();
		isUp_ = false;
		closeReason_.clear();
		in_.clear();
		message_.clear();
		addrinfo hints{}, *found = nullptr;
		hints.ai_socktype = SOCK_STREAM;
		hints.ai_family = AF_INET;
		if (getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found) != 0) return;
		handle_ = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
		if (connect(handle_, found->ai_addr, found->ai_addrlen) != 0) Drop();
		freeaddrinfo(found);
		if (handle_ < 0) return;
		fcntl(handle_, F_SETFL, fcntl(handle_, F_GETFL) | O_NONBLOCK);
		Push("GET " + path_ + " HTTP/1.1\r\nHost: " + host_ + ":" + port_ +
			"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	}

	void Send(const std::string& text) override { SendFrame(0x1, reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); }
	void Send(const std::uint8_t* bytes, std::size_t count) override { SendFrame(0x2, bytes, count); }

	void Close() override
	{
		static const std::uint8_t normal[] = {0x03, 0xE8};
		SendFrame(0x8, normal, sizeof normal);
		Drop();
	}

	// Tell the session what has come.
	void Pump(npc::Session& session)
	{
		Flush();
		char piece[65536];
		while (handle_ >= 0)
		{
			const ssize_t got = recv(handle_, piece, sizeof piece, 0);
			if (got > 0) in_.append(piece, static_cast<std::size_t>(got));
			else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
			else Drop();
		}
		if (!isUp_) Shake(session);
		while (isUp_ && TakeFrame(session)) {}
		if (handle_ < 0 && session.Current() >= npc::State::Connecting) session.SocketClosed(closeReason_);
	}

private:
	void Shake(npc::Session& session)
	{
		const std::size_t end = in_.find("\r\n\r\n");
		if (end == std::string::npos) return;
		const bool accepted = in_.compare(0, 12, "HTTP/1.1 101") == 0;
		in_.erase(0, end + 4);
		if (!accepted) return Drop();
		isUp_ = true;
		session.SocketOpened();
	}

	bool TakeFrame(npc::Session& session)
	{
		const auto byte = [this](std::size_t at) { return static_cast<std::uint8_t>(in_[at]); };
		if (in_.size() < 2) return false;
		std::size_t size = byte(1) & 0x7F, head = 2;
		const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
		if (in_.size() < head + wide) return false;
		if (wide) size = 0;
		for (std::size_t place = 0; place < wide; ++place) size = size << 8 | byte(head + place);
		head += wide;
		if (in_.size() < head + size) return false;
		const bool isLast = byte(0) & 0x80;
		const int kind = byte(0) & 0x0F;
		const std::string body = in_.substr(head, size);
		in_.erase(0, head + size);
		const auto* bytes = reinterpret_cast<const std::uint8_t*>(body.data());
		if (kind == 0x9) SendFrame(0xA, bytes, body.size());
		else if (kind == 0x8) TakeClose(body);
		else if (kind <= 0x2)
		{
			if (kind != 0) kind_ = kind;
			message_ += body;
			if (isLast) Deliver(session);
		}
		return true;
	}

	void TakeClose(const std::string& body)
	{
		closeReason_ = body.size() > 2 ? body.substr(2) : "";
		SendFrame(0x8, reinterpret_cast<const std::uint8_t*>(body.data()), std::min<std::size_t>(body.size(), 2));
		Drop();
	}

	void Deliver(npc::Session& session)
	{
		const std::string whole = std::move(message_);
		message_.clear();
		if (kind_ == 0x1) session.SocketText(whole);
		else session.SocketBinary(reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size());
	}

	void SendFrame(int kind, const std::uint8_t* bytes, std::size_t count)
	{
		if (!isUp_) return;
		static constexpr std::uint8_t mask[] = {0x12, 0x34, 0x56, 0x78};
		std::string frame(1, static_cast<char>(0x80 | kind));
		const std::size_t wide = count < 126 ? 0 : count < 65536 ? 2 : 8;
		frame += static_cast<char>(0x80 | (wide == 0 ? count : wide == 2 ? 126 : 127));
		for (std::size_t place = wide; place-- > 0;) frame += static_cast<char>(count >> (8 * place));
		for (const std::uint8_t each : mask) frame += static_cast<char>(each);
		for (std::size_t index = 0; index < count; ++index) frame += static_cast<char>(bytes[index] ^ mask[index % 4]);
		Push(frame);
	}

	void Push(const std::string& bytes)
	{
		out_ += bytes;
		Flush();
	}

	void Flush()
	{
		while (handle_ >= 0 && !out_.empty())
		{
			const ssize_t sent = send(handle_, out_.data(), out_.size(), 0);
			if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
			if (sent < 0) return Drop();
			out_.erase(0, static_cast<std::size_t>(sent));
		}
	}

	void Drop()
	{
		if (handle_ >= 0) close(handle_);
		handle_ = -1;
		out_.clear();
	}

	std::string host_, port_, path_, in_, out_, message_, closeReason_;
	int handle_ = -1, kind_ = 0;
	bool isUp_ = false;
};
