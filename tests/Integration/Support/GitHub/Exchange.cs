using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>One request from its arrival to its end: logged, struck by faults, answered as its host answers.</summary>
internal sealed class Exchange(FakeGitHub github, HttpContext http, Origin origin)
{
    private bool _left;

    public async Task RunAsync(CancellationToken stopping)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        var token = github.TokenOf(http.Request.Headers.Authorization.ToString());
        var call = ToCall(target, token);
        var logged = new LoggedRequest(origin, http.Request.Method, target, http.Request.QueryString.Value ?? "", Headers(), token);
        github.Log.Arrived(logged);
        try
        {
            logged.Fault = github.Faults.Take(logged);
            await RunAsync(call, logged, stopping);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            http.Abort();
        }
        finally
        {
            Leave(logged);
        }
    }

    private async Task RunAsync(Call call, LoggedRequest logged, CancellationToken stopping)
    {
        var fault = logged.Fault;
        if (fault is Fault.Pause { Effect: Effect.None } before)
        {
            await before.WaitAsync(stopping);
        }
        else if (fault is Fault.Reset { Effect: Effect.None })
        {
            Leave(logged);
            http.Abort();
            return;
        }

        if (!call.IsRefusedUnread)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, stopping);
            call.Body = body.ToArray();
            logged.BodyLength = call.Body.Length;
        }

        var reply = fault is Fault.Answer { Effect: Effect.None } instead ? ToReply(instead) : Execute(call, fault);
        switch (fault)
        {
            case Fault.Answer { Effect: not Effect.None } answer:
                reply = ToReply(answer);
                break;
            case Fault.Pause { Effect: not Effect.None } after:
                await after.WaitAsync(stopping);
                break;
            case Fault.Reset:
                Leave(logged);
                http.Abort();
                return;
            default:
                break;
        }

        logged.Status = reply.Status;
        Leave(logged);
        await SendAsync(reply, cut: fault is Fault.Cut);
    }

    private Reply Execute(Call call, Fault? fault)
    {
        call.Effect = fault is null or Fault.Pause { Effect: Effect.None } ? Effect.Whole : fault.Effect;
        try
        {
            lock (github.Gate)
            {
                return origin switch
                {
                    Origin.Storage => StorageHost.Answer(call),
                    Origin.Web => WebHost.Answer(call),
                    _ => AnswerApi(call),
                };
            }
        }
#pragma warning disable CA1031 // A mistake of the fake must be told from what a test is after.
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            return new Reply(500, Encoding.UTF8.GetBytes($"FakeGitHub itself failed: {mistake}"), "text/plain; charset=utf-8");
        }
    }

    private Reply AnswerApi(Call call)
    {
        if (call.Headers.UserAgent.Count == 0)
        {
            return new Reply(
                403,
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."u8.ToArray(),
                "text/html; charset=utf-8");
        }

        var reply = Authenticate(call) ?? github.RateLimits.Refusal(call) ?? Routes.Answer(call);
        if (origin == Origin.Uploads)
        {
            return WithRequestId(reply);
        }

        reply = Conditional(call, reply);
        github.RateLimits.Account(call, reply);

        return reply.With("X-GitHub-Media-Type", "github.v3; format=json").With("X-GitHub-Request-Id", $"{github.NextId():X}");
    }

    private Reply? Authenticate(Call call)
    {
        if (call.Headers["X-GitHub-Api-Version"] is [{ } version] && version is not ("2022-11-28" or "2026-03-10"))
        {
            return Reply.Error(400, $"The version {version} of the API is unknown");
        }

        if (call.Headers.Authorization.Count == 0 || call.Token is not null)
        {
            return github.IsLockedOut ? FakeGitHub.LockedOut() : null;
        }

        return github.FailedLogin();
    }

    /// <summary>ETag, and 304 for one the client has. The same content has another ETag for another token or Accept.</summary>
    private static Reply Conditional(Call call, Reply reply)
    {
        reply.With("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With");
        if (call.Method != "GET" || reply.Status != 200)
        {
            return reply;
        }

        var seed = Encoding.UTF8.GetBytes($"{call.Token?.Value}\n{call.Accept}\n");
        var etag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData([.. seed, .. reply.Body]))}\"";
        var known = call.Headers.IfNoneMatch.ToString().Split(',').Any(one => one.Trim() == etag || one.Trim() == etag[2..]);
        var answer = known ? Reply.Empty(304).With("Vary", reply.Headers["Vary"]) : reply;

        return answer.With("ETag", etag).With("Cache-Control", call.Token is null ? "public, max-age=60, s-maxage=60" : "private, max-age=60, s-maxage=60");
    }

    private Reply WithRequestId(Reply reply)
    {
        if (reply.Status < 400 || reply.ContentType != Reply.JsonType || JsonNode.Parse(reply.Body) is not JsonObject error)
        {
            return reply;
        }

        error["request_id"] = $"{github.NextId():X}";

        return reply with { Body = Encoding.UTF8.GetBytes(error.ToJsonString()) };
    }

    private async Task SendAsync(Reply reply, bool cut)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.Headers.Date = github.Now.ToString("R");
        foreach (var (name, value) in reply.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (reply.Status is 204 or 304)
        {
            return;
        }

        http.Response.ContentType = reply.ContentType;
        http.Response.ContentLength = reply.Body.Length;
        if (http.Request.Method == "HEAD")
        {
            return;
        }

        await http.Response.Body.WriteAsync(cut ? reply.Body.AsMemory(0, reply.Body.Length / 2) : reply.Body);
        if (cut)
        {
            await http.Response.Body.FlushAsync();
            http.Abort();
        }
    }

    private Call ToCall(string target, FakeToken? token)
    {
        var segments = github.WithoutBasePath(origin, [.. target.TrimStart('/').Split('/').Select(Uri.UnescapeDataString)]);
        lock (github.Gate)
        {
            return new Call
            {
                GitHub = github,
                Origin = origin,
                Method = http.Request.Method == "HEAD" && origin != Origin.Storage ? "GET" : http.Request.Method,
                Segments = segments,
                Query = http.Request.Query,
                Headers = http.Request.Headers,
                Token = token,
                ContentLength = http.Request.ContentLength,
                RefsAtArrival = Routes.RepositoryOf(github, segments)?.Git.Refs,
            };
        }
    }

    private Dictionary<string, string> Headers() => http.Request.Headers.ToDictionary(
        field => field.Key,
        field => field.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? field.Value.ToString().Split(' ')[0] : field.Value.ToString(),
        StringComparer.OrdinalIgnoreCase);

    private static Reply ToReply(Fault.Answer fault)
    {
        var reply = new Reply(fault.Status, Encoding.UTF8.GetBytes(fault.Body), fault.ContentType);
        foreach (var (name, value) in fault.Headers)
        {
            reply.With(name, value);
        }

        return reply;
    }

    /// <summary>Before the answer is sent, as the client's next request may be faster than the end of this one.</summary>
    private void Leave(LoggedRequest logged)
    {
        if (!_left)
        {
            _left = true;
            github.Log.Left(logged);
        }
    }
}
