using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("::1", "::1/128")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1/32")]
    [InlineData("::/0", "::/0")]
    public void A_network_is_a_block_or_an_address(string text, string network)
    {
        Assert.True(ClientNetwork.TryParse(text, out var parsed));
        Assert.Equal(network, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10.0.0/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("010.0.0.1")]
    [InlineData("[::1]:80")]
    [InlineData("localhost")]
    [InlineData("*")]
    [InlineData("10.0.0.0/8,::1")]
    public void Anything_else_is_none(string text) => Assert.False(ClientNetwork.TryParse(text, out _));
}
