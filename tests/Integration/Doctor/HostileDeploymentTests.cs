using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyWharf.Infrastructure.Doctor;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Doctor;

/// <summary>Deployments that mean harm to who checks them.</summary>
public sealed class HostileDeploymentTests
{
    [Fact]
    public async Task A_page_that_names_a_file_of_another_server_gets_that_no_password()
    {
        var seen = new ConcurrentQueue<string>();
        await using var thief = await PlayedDeployment.StartAsync(http =>
        {
            seen.Enqueue($"{http.Request.Path} {http.Request.Headers.Authorization}");

            return Task.CompletedTask;
        });
        await using var index = await PlayedDeployment.StartAsync(http => AnswerAsync(http, $"{thief.Urls.Single()}/demo-1.0-py3-none-any.whl"));

        await PyWharfProcess.RunAsync(["doctor", index.Urls.Single(), "--user=team", "--password_env=THE_PASSWORD"], [("THE_PASSWORD", "s3cret")]);

        Assert.NotEmpty(seen);
        Assert.All(seen, request => Assert.Equal("/demo-1.0-py3-none-any.whl ", request));
    }

    [Fact]
    public async Task Interim_answers_without_end_are_given_up()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        try
        {
            using var connection = await RawConnection.OpenAsync(new Uri($"http://{listener.LocalEndpoint}/"), default);
            using var accepted = await listener.AcceptTcpClientAsync();
            await accepted.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20))));

            await Assert.ThrowsAsync<IOException>(() => connection.ReadAsync(default).WaitAsync(ChildProcess.HangGuard));
        }
        finally
        {
            listener.Stop();
        }
    }

    [Fact]
    public async Task Headers_without_end_are_given_up()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        try
        {
            using var connection = await RawConnection.OpenAsync(new Uri($"http://{listener.LocalEndpoint}/"), default);
            using var accepted = await listener.AcceptTcpClientAsync();
            var sending = accepted.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"X: {new string('x', 60)}\r\n", 2_000)))).AsTask();

            await Assert.ThrowsAsync<IOException>(() => connection.ReadAsync(default).WaitAsync(ChildProcess.HangGuard));
            await sending;
        }
        finally
        {
            listener.Stop();
        }
    }

    private static async Task AnswerAsync(HttpContext http, string file)
    {
        var path = http.Request.Path.Value ?? "";
        if (path == "/health")
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync("ok\n");
        }
        else if (http.Request.Headers.Authorization.Count == 0)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"pywharf\", charset=\"UTF-8\"";
        }
        else
        {
            http.Response.ContentType = Requests.Json;
            await http.Response.WriteAsync(path == "/simple/"
                ? """{"meta":{"api-version":"1.4"},"projects":[{"name":"demo"}]}"""
                : $$"""{"meta":{"api-version":"1.4"},"name":"demo","versions":["1.0"],"files":[{"filename":"demo-1.0-py3-none-any.whl","url":"{{file}}","hashes":{"sha256":"{{new string('0', 64)}}"},"size":10}]}""");
        }
    }
}
