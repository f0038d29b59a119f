// As much of Unreal's surface as the plugin touches, with its signatures and nothing behind them: so that a compiler can
// read the plugin where no Unreal is. What is wrong here is not noticed there.

#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using int32 = std::int32_t;
using uint32 = std::uint32_t;
using uint8 = std::uint8_t;
using SIZE_T = std::size_t;
using TCHAR = char16_t;

#define TEXT(text) u##text
#define UCLASS(...)
#define USTRUCT(...)
#define UENUM(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
#define GENERATED_BODY()
#define NPCENGINE_API

template <class T>
std::remove_reference_t<T>&& MoveTemp(T&& value)
{
	return static_cast<std::remove_reference_t<T>&&>(value);
}

class FString
{
public:
	FString() = default;
	FString(const TCHAR* text) : text_(text) {}
	bool IsEmpty() const { return text_.empty(); }
	const TCHAR* operator*() const { return text_.c_str(); }
	bool operator==(const FString& other) const { return text_ == other.text_; }
	bool operator!=(const FString& other) const { return text_ != other.text_; }
	FString operator+(const FString& other) const { return FString((text_ + other.text_).c_str()); }

private:
	std::u16string text_;
};

class FName
{
public:
	explicit FName(const TCHAR*) {}
};

class FTCHARToUTF8
{
public:
	explicit FTCHARToUTF8(const TCHAR*) {}
	const char* Get() const { return ""; }
	int32 Length() const { return 0; }
};
inline const TCHAR* StubToTchar(const char*) { return u""; }
#define TCHAR_TO_UTF8(text) FTCHARToUTF8(text).Get()
#define UTF8_TO_TCHAR(text) StubToTchar(text)

template <class T>
class TArray : public std::vector<T>
{
};

template <class K, class V>
class TMap
{
public:
	struct FPair
	{
		K Key;
		V Value;
	};
	void Add(const K&, const V&);
	const V* Find(const K&) const;
	const FPair* begin() const;
	const FPair* end() const;
};

template <class T>
class TSharedPtr : public std::shared_ptr<T>
{
public:
	bool IsValid() const { return this->get() != nullptr; }
};

template <class T>
using TFunction = std::function<T>;

struct FMath
{
	static float Clamp(float value, float least, float most) { return std::clamp(value, least, most); }
};

// Delegates

template <class... A>
struct StubEvent
{
	template <class C>
	void AddDynamic(C*, void (C::*)(A...))
	{
	}
	template <class F>
	void AddLambda(F function)
	{
		std::function<void(A...)> held(function);
	}
	void Broadcast(A...) {}
	void Clear() {}
};
template <class R, class... A>
struct StubDelegate
{
	bool IsBound() const;
	R Execute(A...) const;
	template <class C>
	void BindDynamic(C*, R (C::*)(A...))
	{
	}
};

#define DECLARE_DYNAMIC_MULTICAST_DELEGATE(Name) using Name = StubEvent<>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(Name, A, a) using Name = StubEvent<A>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(Name, A, a, B, b) using Name = StubEvent<A, B>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(Name, A, a, B, b, C, c) using Name = StubEvent<A, B, C>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_FourParams(Name, A, a, B, b, C, c, D, d) using Name = StubEvent<A, B, C, D>
#define DECLARE_DYNAMIC_DELEGATE_RetVal_OneParam(R, Name, A, a) using Name = StubDelegate<R, A>

// Objects. `Super` is the parent of whoever derives from one.

class UObject
{
public:
	virtual ~UObject() = default;
};

class UGameInstance : public UObject
{
public:
	template <class T>
	T* GetSubsystem() const;
};

class UWorld : public UObject
{
public:
	UGameInstance* GetGameInstance() const;
};

class AActor : public UObject
{
public:
	using Super = AActor;
	virtual void BeginPlay() {}
	UGameInstance* GetGameInstance() const;
	template <class T>
	T* FindComponentByClass() const;
};

struct FSubsystemCollectionBase
{
};

class UGameInstanceSubsystem : public UObject
{
public:
	using Super = UGameInstanceSubsystem;
	virtual void Initialize(FSubsystemCollectionBase&) {}
	virtual void Deinitialize() {}
};

enum ELevelTick
{
	LEVELTICK_All,
};
namespace EEndPlayReason
{
enum Type
{
	Destroyed,
};
}
struct FActorComponentTickFunction
{
	bool bCanEverTick = false;
};

class UActorComponent : public UObject
{
public:
	using Super = UActorComponent;
	FActorComponentTickFunction PrimaryComponentTick;
	virtual void TickComponent(float, ELevelTick, FActorComponentTickFunction*) {}
	AActor* GetOwner() const;
	UWorld* GetWorld() const;

protected:
	virtual void BeginPlay() {}
	virtual void EndPlay(const EEndPlayReason::Type) {}
};

class USkeletalMeshComponent : public UActorComponent
{
public:
	void SetMorphTarget(FName, float, bool bRemoveZeroWeight = true);
};

class USynthComponent : public UActorComponent
{
public:
	using Super = USynthComponent;
	void Start();

protected:
	virtual bool Init(int32&) { return true; }
	virtual int32 OnGenerateAudio(float*, int32) { return 0; }
	int32 NumChannels = 0;
};

// Time

struct FPlatformTime
{
	static double Seconds();
};

struct FTickerDelegate
{
	template <class C>
	static FTickerDelegate CreateUObject(C*, bool (C::*)(float))
	{
		return {};
	}
};

class FTSTicker
{
public:
	using FDelegateHandle = std::weak_ptr<int>;
	static FTSTicker& GetCoreTicker();
	FDelegateHandle AddTicker(const FTickerDelegate&, float InDelay = 0);
	static void RemoveTicker(FDelegateHandle);
};

// Sockets

class IWebSocket
{
public:
	virtual ~IWebSocket() = default;
	virtual void Connect() = 0;
	virtual void Close(int32 Code = 1000, const FString& Reason = FString()) = 0;
	virtual bool IsConnected() = 0;
	virtual void Send(const FString& Data) = 0;
	virtual void Send(const void* Data, SIZE_T Size, bool bIsBinary = false) = 0;
	StubEvent<>& OnConnected();
	StubEvent<const FString&>& OnConnectionError();
	StubEvent<int32, const FString&, bool>& OnClosed();
	StubEvent<const FString&>& OnMessage();
	StubEvent<const void*, SIZE_T, bool>& OnBinaryMessage();
};

class FWebSocketsModule
{
public:
	static FWebSocketsModule& Get();
	TSharedPtr<IWebSocket> CreateWebSocket(const FString& Url, const FString& Protocol);
};

// The microphone

namespace Audio
{
struct FAudioCaptureDeviceParams
{
};
using FOnAudioCaptureFunction = TFunction<void(const void*, int32, int32, int32, double, bool)>;
class FAudioCapture
{
public:
	bool OpenAudioCaptureStream(const FAudioCaptureDeviceParams&, FOnAudioCaptureFunction, uint32);
	bool StartStream();
	bool StopStream();
	bool CloseStream();
};
}

#define IMPLEMENT_MODULE(Implementation, Name) static_assert(sizeof(#Name) > 1);
