// The engine's WebSocket as what a session needs. All of it happens on the game's thread.

#pragma once

#include "CoreMinimal.h"
#include "IWebSocket.h"
#include "WebSocketsModule.h"

#include <functional>
#include <string>
#include <vector>

#include "Npc/Session.h"

class FNpcSocket : public npc::Socket
{
public:
	virtual ~FNpcSocket() override { Leave(); }

	FString Url;
	npc::Session* Session = nullptr;

	virtual void Connect() override
	{
		Leave();
		Pieces.clear();
		Connection = FWebSocketsModule::Get().CreateWebSocket(Url, TEXT("npc.v1"));
		Connection->OnConnected().AddLambda([this] { Session->SocketOpened(); });
		Connection->OnConnectionError().AddLambda([this](const FString&) { Session->SocketClosed(); });
		Connection->OnClosed().AddLambda(
			[this](int32, const FString& Reason, bool) { Session->SocketClosed(std::string(TCHAR_TO_UTF8(*Reason))); });
		Connection->OnMessage().AddLambda([this](const FString& Text) { Session->SocketText(std::string(TCHAR_TO_UTF8(*Text))); });
		Connection->OnBinaryMessage().AddLambda([this](const void* Data, SIZE_T Size, bool bIsLast) { Take(Data, Size, bIsLast); });
		Connection->Connect();
	}

	virtual void Send(const std::string& Text) override
	{
		if (Connection.IsValid() && Connection->IsConnected()) Connection->Send(FString(UTF8_TO_TCHAR(Text.c_str())));
	}

	virtual void Send(const std::uint8_t* Bytes, std::size_t Count) override
	{
		if (Connection.IsValid() && Connection->IsConnected()) Connection->Send(Bytes, Count, true);
	}

	virtual void Close() override { Leave(); }

private:
	void Take(const void* Data, SIZE_T Size, bool bIsLast)
	{
		const auto* Bytes = static_cast<const std::uint8_t*>(Data);
		Pieces.insert(Pieces.end(), Bytes, Bytes + Size);
		if (!bIsLast) return;
		Session->SocketBinary(Pieces.data(), Pieces.size());
		Pieces.clear();
	}

	// Nothing of this connection is told any more.
	void Leave()
	{
		if (!Connection.IsValid()) return;
		const TSharedPtr<IWebSocket> Gone = MoveTemp(Connection);
		Gone->OnConnected().Clear();
		Gone->OnConnectionError().Clear();
		Gone->OnClosed().Clear();
		Gone->OnMessage().Clear();
		Gone->OnBinaryMessage().Clear();
		Gone->Close();
	}

	TSharedPtr<IWebSocket> Connection;
	std::vector<std::uint8_t> Pieces;
};
